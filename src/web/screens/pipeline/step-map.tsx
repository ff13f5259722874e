import { memo, useMemo } from 'react';
import { compact } from '../../../base/numbers.ts';
import type { Pipeline, PipelineStep } from '../../../api/pipeline.ts';
import { focusNextCell } from '../../components/focus-next-cell.ts';
import { actionFor } from '../../shell/keys.ts';
import { useWidth } from '../../components/use-width.ts';
import { CELL, layoutSteps } from './step-layout.ts';
import { StepShape } from './step-shape.tsx';
import { shownState, stepWords } from './step-words.ts';

/** All steps as cells by stage; lines show what the chosen step reads and what reads it. */
export function StepMap({
  pipeline,
  chosen,
  onChoose,
  onLook,
}: {
  readonly pipeline: Pipeline;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
  /** The step under the pointer or with the focus; undefined: none. */
  readonly onLook: (step: PipelineStep | undefined) => void;
}) {
  const [place, width] = useWidth<HTMLDivElement>();
  const { stages, steps } = pipeline;
  // Places depend on what steps there are, not on their state: nothing moves while work goes on.
  const shape = JSON.stringify([stages.map(({ stage }) => stage), steps.map(({ key }) => key)]);
  const layout = useMemo(
    () =>
      layoutSteps(
        stages.map(({ stage }) => stage),
        steps,
        Math.max(700, width),
      ),
    // `shape` stands for stages and steps.
    [shape, width],
  );
  const tied = useMemo(() => tiedTo(steps, chosen), [steps, chosen]);
  const focusable = chosen !== undefined && layout.places.has(chosen) ? chosen : steps[0]?.key;
  return (
    <div ref={place} className="scroll step-map">
      {width > 0 && (
        <svg
          width={layout.width}
          height={layout.height}
          role="group"
          aria-label="Steps by stage"
          // One cell is in the order of Tab; arrows go from there.
          onKeyDown={focusNextCell}
        >
          {layout.columns.map(({ stage, left, width: own }) => {
            const found = stages.find((one) => one.stage === stage);
            return found === undefined ? null : (
              <g key={stage} transform={`translate(${left} 0)`}>
                <text y={14} className="stage-name">
                  {stage}
                </text>
                <text y={31} className="soft">
                  {found.done} of {found.total}
                  {found.failed > 0 ? ` · ${found.failed} ✕` : ''}
                </text>
                <text y={47} className="soft">
                  {found.tokensPerSecond === null ? '' : `${compact(found.tokensPerSecond)} tok/s`}
                </text>
                <line className="line-rule" x1={0} x2={own} y1={56} y2={56} />
              </g>
            );
          })}
          {steps.map((step) => {
            const at = layout.places.get(step.key);
            return at === undefined ? null : (
              <StepCell
                key={step.key}
                step={step}
                x={at.x}
                y={at.y}
                isChosen={step.key === chosen}
                isAside={tied !== undefined && !tied.has(step.key)}
                isFocusable={step.key === focusable}
                onChoose={onChoose}
                onLook={onLook}
              />
            );
          })}
          <Edges pipeline={pipeline} layout={layout} chosen={chosen} />
        </svg>
      )}
    </div>
  );
}

const StepCell = memo(function StepCell({
  step,
  x,
  y,
  isChosen,
  isAside,
  isFocusable,
  onChoose,
  onLook,
}: {
  readonly step: PipelineStep;
  readonly x: number;
  readonly y: number;
  readonly isChosen: boolean;
  /** Neither chosen nor tied to what is. */
  readonly isAside: boolean;
  readonly isFocusable: boolean;
  readonly onChoose: (key: string) => void;
  readonly onLook: (step: PipelineStep | undefined) => void;
}) {
  const half = CELL.pitch / 2;
  return (
    <g
      role="button"
      tabIndex={isFocusable ? 0 : -1}
      data-cell
      aria-label={stepWords(step)}
      aria-pressed={isChosen}
      className={isAside ? 'step-cell aside' : 'step-cell'}
      onClick={() => onChoose(step.key)}
      onKeyDown={(event) => {
        if (actionFor('cells', event.key) !== 'choose') return;
        event.preventDefault();
        onChoose(step.key);
      }}
      onFocus={() => onLook(step)}
      onBlur={() => onLook(undefined)}
      onMouseEnter={() => onLook(step)}
      onMouseLeave={() => onLook(undefined)}
    >
      <rect
        className={isChosen ? 'step-frame chosen' : 'step-frame'}
        x={x - half}
        y={y - half}
        width={CELL.pitch}
        height={CELL.pitch}
        rx={4}
      />
      <StepShape state={shownState(step)} x={x} y={y} />
    </g>
  );
});

/** The chosen step with what it reads and what reads it; undefined: none is chosen. */
function tiedTo(
  steps: readonly PipelineStep[],
  chosen: string | undefined,
): ReadonlySet<string> | undefined {
  const own = steps.find(({ key }) => key === chosen);
  if (own === undefined) return undefined;
  const readers = steps.filter(({ inputs }) => inputs.includes(own.key));
  return new Set([own.key, ...own.inputs, ...readers.map(({ key }) => key)]);
}

function Edges({
  pipeline,
  layout,
  chosen,
}: {
  readonly pipeline: Pipeline;
  readonly layout: ReturnType<typeof layoutSteps>;
  readonly chosen: string | undefined;
}) {
  if (chosen === undefined) return null;
  const own = pipeline.steps.find(({ key }) => key === chosen);
  const readers = pipeline.steps.filter(({ inputs }) => inputs.includes(chosen));
  const pairs = [
    ...(own?.inputs ?? []).map((input) => [input, chosen] as const),
    ...readers.map(({ key }) => [chosen, key] as const),
  ];
  return (
    <g className="step-edges" aria-hidden="true">
      {pairs.map(([from, to]) => {
        const a = layout.places.get(from);
        const b = layout.places.get(to);
        if (a === undefined || b === undefined) return null;
        const middle = (a.x + b.x) / 2;
        return (
          <path
            key={`${from}>${to}`}
            className={to === chosen ? 'reads' : 'read-by'}
            d={`M${a.x} ${a.y}C${middle} ${a.y} ${middle} ${b.y} ${b.x} ${b.y}`}
          />
        );
      })}
    </g>
  );
}
