import 'bootstrap/dist/css/bootstrap.min.css';
import './styles/tokens.css';
import './styles/layout.css';
import './styles/components.css';
import './styles/forms.css';
import './styles/window.css';
import './styles/print.css';

import { startHtmx } from './htmx';
import { repeatRows } from './rows';
import { flipPanels } from './panels';
import { reachWideTables } from './wideTables';
import { forgetSentFiles, storeEarlyFiles } from './uploads';

startHtmx();
repeatRows();
flipPanels();
reachWideTables();
forgetSentFiles();
storeEarlyFiles();
window.__ready = { ...window.__ready, base: true };
