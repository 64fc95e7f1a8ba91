"""Adapters for the ways on which notices leave the house, as the settings name them."""

from service.notice_channels.choice import ChannelSettings, channels_for, read_channel_settings

__all__ = ["ChannelSettings", "channels_for", "read_channel_settings"]
