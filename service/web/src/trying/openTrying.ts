import { Unsaved } from '../editing/unsaved';
import type { Island } from '../island/config';
import { TryingCanvas } from './canvas';
import { showChoices } from './choices';
import { coverageSentence, showCoverageTable } from './coverageTable';
import { showDetails } from './details';
import { part, say } from './frame';
import { showScenarios, verdict } from './scenarioList';
import { recordCase, runScenarios, saveDraft } from './server';
import type { Report, Result, Scenario, ScenarioFile, Step, TryingSettings } from './settings';
import { showSteps } from './stepList';

const LINE = 2;

/** The page on which a process is tried: all scenarios at once, or one step by step. */
export async function openTrying({ settings, target }: Island<TryingSettings>): Promise<void> {
  const canvas = await TryingCanvas.open(target, settings.xml);
  const page = new Trying(settings, canvas);
  page.listen();
  await page.runAll();
}

class Trying {
  private readonly file: ScenarioFile;
  private readonly unsaved = new Unsaved();
  private report: Report | null = null;
  private chosen: number | null = null;
  private result: Result | null = null;
  private at = 0;
  private turn = 0;

  constructor(
    private readonly settings: TryingSettings,
    private readonly canvas: TryingCanvas,
  ) {
    this.file = JSON.parse(settings.content) as ScenarioFile;
    this.file.scenarios ??= [];
  }

  listen(): void {
    this.on('run-all', () => this.runAll());
    this.on('new', () => this.begin());
    this.on('save', () => this.save());
    this.on('record', () => this.record());
    this.on('close', () => this.close());
    this.on('back', () => this.look(this.at - 1));
    this.on('forward', () => this.look(this.at + 1));
  }

  private on(action: string, act: () => Promise<void> | void): void {
    for (const control of document.querySelectorAll<HTMLButtonElement>(`[data-action="${action}"]`)) {
      control.addEventListener('click', () => void this.guard(act));
    }
  }

  private async guard(act: () => Promise<void> | void): Promise<void> {
    try {
      await act();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), 'bad');
    }
  }

  async runAll(): Promise<void> {
    say('正在运行……', 'info');
    this.report = await runScenarios(this.settings, this.file.scenarios);
    const { results, coverage } = this.report;
    const failed = results.filter((each) => !each.passed).length;
    const counted = coverage ? coverageSentence(coverage) : '';
    if (!results.length) say('还没有场景。点“新场景”，从开始处逐步走一遍就是一个场景。', 'warning');
    else if (failed) say(`${results.length} 个场景，${failed} 个没有通过。${counted}`, 'bad');
    else say(`${results.length} 个场景全部通过。${counted}`, 'good');
    if (coverage) showCoverageTable(part('coverage'), coverage);
    this.list();
    if (this.chosen === null && coverage) this.canvas.showCoverage(coverage);
  }

  private list(): void {
    showScenarios(part('scenarios'), this.file.scenarios, this.report?.results ?? null, {
      open: (index) => void this.guard(() => this.open(index)),
      copy: (index) => void this.guard(() => this.copy(index)),
      remove: (index) => void this.guard(() => this.remove(index)),
    });
  }

  private async open(index: number, at?: number): Promise<void> {
    this.chosen = index;
    part('walk').hidden = false;
    await this.play(at);
    part('walk').scrollIntoView({ block: 'start' });
    part('walk-title').focus({ preventScroll: true });
  }

  private close(): void {
    this.chosen = null;
    part('walk').hidden = true;
    if (this.report?.coverage) this.canvas.showCoverage(this.report.coverage);
  }

  private async begin(): Promise<void> {
    const number = this.file.scenarios.length + 1;
    this.file.scenarios.push({
      name: this.freeName(`新场景 ${number}`),
      at: `${this.settings.today}T09:00`,
      ...this.start(),
      steps: [],
    });
    this.changed();
    await this.open(number - 1, 0);
  }

  /** A new scenario starts with the data of the first one; without one, with the names the process asks for. */
  private start(): Partial<Scenario> {
    const first = this.file.scenarios[0];
    if (!first) return { variables: Object.fromEntries(this.settings.inputs.map((name) => [name, null])) };
    const { variables, services, anchors, limits } = structuredClone(first);
    return Object.fromEntries(
      Object.entries({ variables, services, anchors, limits }).filter(([, value]) => value !== undefined),
    );
  }

  private async copy(index: number): Promise<void> {
    const copied = structuredClone(this.file.scenarios[index]);
    if (!copied) return;
    copied.name = this.freeName(`${copied.name}（副本）`);
    this.file.scenarios.push(copied);
    this.changed();
    await this.runAll();
  }

  private async remove(index: number): Promise<void> {
    this.file.scenarios.splice(index, 1);
    this.changed();
    this.close();
    await this.runAll();
  }

  private async record(): Promise<void> {
    const select = document.querySelector<HTMLSelectElement>('[data-case]');
    if (!select?.value) return say('请先选一件已办结的办件。', 'warning');
    const name = this.freeName(`办件重演 ${select.selectedOptions[0]?.textContent?.trim() ?? ''}`.slice(0, 100));
    this.file.scenarios.push(await recordCase(this.settings, select.value, name));
    this.changed();
    await this.runAll();
    await this.open(this.file.scenarios.length - 1);
  }

  private freeName(wanted: string): string {
    const taken = new Set(this.file.scenarios.map((each) => each.name));
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
    return name;
  }

  /** Runs the chosen scenario and looks at a step: the last one reached unless told otherwise. */
  private async play(at?: number): Promise<void> {
    const scenario = this.scenario();
    if (!scenario) return;
    const turn = (this.turn += 1);
    const report = await runScenarios(this.settings, [scenario]);
    if (turn !== this.turn) return;
    this.result = report.results[0] ?? null;
    this.look(at ?? (this.result?.snapshots.length ?? 1) - 1);
  }

  private scenario(): Scenario | null {
    return this.chosen === null ? null : (this.file.scenarios[this.chosen] ?? null);
  }

  private look(step: number): void {
    const { result } = this;
    const scenario = this.scenario();
    if (!result || !scenario) return;
    this.at = Math.min(Math.max(step, 0), result.snapshots.length - 1);
    const snapshot = result.snapshots[this.at];
    const isLast = this.at === result.snapshots.length - 1;
    const open = snapshot?.open ?? [];
    const wrong = isLast ? (result.difference?.element_id ?? null) : null;
    this.canvas.showWay(
      result.visits.filter((each) => each.step <= this.at),
      open,
      wrong,
    );
    part('walk-title').textContent = scenario.name;
    part('verdict').replaceChildren(verdict(result), ` ${result.difference?.sentence ?? ''}`);
    part('position').textContent = `第 ${this.at} 步，共 ${result.snapshots.length - 1} 步：${snapshot?.words ?? ''}`;
    showSteps(part('steps'), scenario, result, this.at, {
      show: (number) => this.look(number),
      remove: (index) => void this.guard(() => this.drop(index)),
      changed: () => void this.guard(() => this.edited()),
    });
    this.offer(open, isLast);
    showDetails(part('details'), scenario, this.settings.elements, result, () => void this.guard(() => this.edited()));
  }

  /** What can happen next is offered at the end of the way only; inside it, one looks. */
  private offer(open: Result['snapshots'][number]['open'], isLast: boolean): void {
    const holder = part('choices');
    const { result } = this;
    if (!isLast || result?.stopped_at !== null) {
      holder.replaceChildren(isLast ? '上一步没有办成，请改这一步或删去它。' : '正在看中间的一步；到最后一步才能接着走。');
    } else if (result.state !== 'running') {
      holder.replaceChildren('流程已结束。可在“期望”中以本次运行为准，然后保存。');
    } else {
      const realChildren = this.scenario()?.children === 'real';
      showChoices(holder, open, {
        settings: this.settings,
        realChildren,
        take: (step) => void this.guard(() => this.take(step())),
      });
    }
  }

  private async take(step: Step): Promise<void> {
    const scenario = this.scenario();
    if (!scenario) return;
    (scenario.steps ??= []).push(step);
    this.changed();
    await this.play();
    this.list();
  }

  private async drop(index: number): Promise<void> {
    this.scenario()?.steps?.splice(index, 1);
    await this.edited();
  }

  private async edited(): Promise<void> {
    this.changed();
    await this.play();
    this.list();
  }

  private changed(): void {
    this.unsaved.mark(true);
    this.report = null;
    say('有未保存的修改。点“全部运行”看全部场景的结果，点“存为草稿”保存。', 'warning');
  }

  private async save(): Promise<void> {
    if (!this.settings.draftUrl) return say('您的岗位不能保存草稿。', 'warning');
    const content = `${JSON.stringify({ process: this.settings.key, scenarios: this.file.scenarios }, null, LINE)}\n`;
    this.settings.revision = await saveDraft(this.settings, content);
    this.unsaved.mark(false);
    await this.runAll();
    say('场景已存为草稿；与流程图一起申请发布后随版本生效。', 'good');
  }
}
