import type { Cell, Group } from "../comparedFields";
import type { ComparedDataSource, Comparison, FieldChange, Promotion, Row, Step } from "../comparison";
import type { StackState } from "../stackState";
import type { Change } from "../swagger/change";
import { STYLE } from "./comparisonStyle";
import { CLASSES, countOf, type Danger, dangerOf, deedOf, instant, sentences, shown, titleOf } from "./comparisonWords";
import { document, type Html, html } from "./html";

/** A comparison of stages as one page that needs nothing else: to be sent around, printed or kept with a release. */

/** Of one data source and class: nobody reads more. */
const MOST_CHANGES = 500;

export function page(comparison: Comparison, now: Date): string {
  const { stacks, dataSources, promotions } = comparison;
  const stages = stacks.map(({ name }) => name).join(" → ");
  const different = promotions.filter(({ same, steps }) => !same || steps.some(({ fields }) => fields.length > 0));
  const body = html`<header>
<p class="kicker">AEM Forms data sources, ${stages}, compared ${instant(now.toISOString())}</p>
<h1>${headline(comparison)}</h1>
<ul class="lead">${sentences(comparison).map((sentence, at) => html`<li class="${tone(promotions[at])}">${sentence}</li>`)}
${notices(comparison).map((notice) => html`<li class="look">${notice}</li>`)}</ul>
<ol class="stages">${stacks.map((stack, at) => stage(stack, promotions[at - 1]))}</ol>
</header>
<main>
<h2>Data sources</h2>
${matrix(comparison)}
${different.map(promotionPart)}
<h2>Field by field</h2>
${dataSources.map((dataSource) => details(dataSource, stacks))}
</main>
<footer>
<p>Read from the stacks' states, which the last update or refresh left: what somebody has changed in AEM since is not in them. Secrets stay encrypted and are not compared.</p>
</footer>`;
  return document(`${headline(comparison)}: ${stages}`, STYLE, body);
}

function headline({ same, promotions }: Comparison): string {
  if (same) return "The stages are the same";
  const different = promotions.filter((promotion) => !promotion.same);
  const [first, ...others] = different;
  if (first !== undefined && others.length === 0) return `${first.to} is not what ${first.from} is`;
  if (different.length === promotions.length) return "No stage is what the one before it is";
  return `${different.length} of ${promotions.length} stages are not what the one before them is`;
}

/** Equal stages may still need somebody's eye. */
function notices({ stacks, dataSources }: Comparison): string[] {
  return stacks.flatMap(({ name }, at) => {
    const odd = dataSources.flatMap((dataSource) => {
      const fields = oddFields(dataSource, at);
      return fields.length === 0 ? [] : [`${fields.join(", ")} of ${titleOf(dataSource.name)}`];
    });
    return odd.length === 0 ? [] : [`look at ${name}: ${odd.join("; ")}`];
  });
}

function oddFields({ rows }: ComparedDataSource, at: number): string[] {
  return rows.filter(({ cells }) => cells[at]?.trouble).map(({ field }) => field);
}

/** The class by which the style knows how bad it is. */
function tone(promotion: Pick<Promotion, "same" | "steps"> | undefined): string {
  if (promotion === undefined || promotion.same) return "same";
  return dangerOf(promotion) === "would break" ? "breaks" : "differs";
}

function stage({ name, lastUpdate, dataSources, unfinished }: StackState, before: Promotion | undefined): Html {
  const when = lastUpdate === undefined ? "nothing is deployed: never updated, or destroyed" : instant(lastUpdate);
  const arrow = before === undefined ? [] : [html`<span class="arrow ${tone(before)}" aria-hidden="true">→</span>`];
  return html`<li>${arrow}<div class="stage"><strong>${name}</strong>
<span>${countOf(dataSources.length, "data source")}</span>
<span>${lastUpdate === undefined ? when : `last update ${when}`}</span>
${unfinished.map((what) => html`<span>${what}</span>`)}</div></li>`;
}

function matrix({ stacks, dataSources, promotions }: Comparison): Html {
  const rows = dataSources.map((dataSource) => {
    const cells = stacks.map((_, at) => {
      const step = promotions[at - 1]?.steps.find((one) => one.dataSource === dataSource.name);
      return html`<td>${verdict(dataSource, at, step, promotions[at - 1]?.from ?? "")}</td>`;
    });
    return html`<tr><th scope="row">${titleOf(dataSource.name)}</th>${cells}</tr>`;
  });
  const headings = stacks.map((stack) => columnHeading(stack));
  return grid("Data source", headings, [html`<tbody>${rows}</tbody>`]);
}

function verdict(dataSource: ComparedDataSource, at: number, step: Step | undefined, from: string): Html {
  const { there, rows } = dataSource;
  if (!there[at]) return html`<span class="badge ${step === undefined ? "none" : "differs"}">missing</span>`;
  const value = (name: string) => rows.find(({ field }) => field === name)?.cells[at];
  const version = value("api.version");
  const file = [
    ...(version === undefined ? [] : [`version ${shown(version)}`]),
    countOf(Number(value("api.operations")?.text ?? 0), "operation"),
  ].join(", ");
  const odd = oddFields(dataSource, at);
  const look = odd.length === 0 ? [] : [html`<small class="look">look at ${odd.join(", ")}</small>`];
  return html`${step === undefined ? [] : badges(step, from)}<small>${file}</small>${look}`;
}

function badges(step: Step, from: string): Html[] {
  if (step.kind === "deleted") return [badge("breaks", `not in ${from}`)];
  const counted = step.fields.filter(({ expected }) => !expected).length;
  const expected = step.fields.length > 0 && counted === 0 ? ", as expected" : "";
  if (step.kind === "same") return [badge("same", `${expected === "" ? "same as" : "like"} ${from}${expected}`)];
  const danger: Danger | undefined = dangerOf({ steps: [step] });
  return [
    badge("differs", `${countOf(counted, "field")} ${counted === 1 ? "differs" : "differ"} from ${from}`),
    ...(danger === undefined ? [] : [badge(danger === "would break" ? "breaks" : "differs", `${danger} forms`)]),
  ];
}

function badge(kind: string, words: string): Html {
  return html`<span class="badge ${kind}">${words}</span>`;
}

function promotionPart(promotion: Promotion): Html {
  const { from, to, steps } = promotion;
  const worth = steps.filter(({ kind, fields }) => kind !== "same" || fields.length > 0);
  return html`<section>
<h2>${from} → ${to}: what a promotion would change in ${to}</h2>
${worth.map((step) => stepPart(step, promotion))}
</section>`;
}

function stepPart(step: Step, promotion: Promotion): Html {
  const deed = deedOf(step, promotion);
  return html`<h3>${titleOf(step.dataSource)}</h3>
${deed === undefined ? [] : [html`<p>${deed}</p>`]}
${step.fields.length === 0 ? [] : [changesTable(step.fields, promotion)]}
${step.operations.length === 0 ? [] : [operationLists(step)]}`;
}

function changesTable(fields: readonly FieldChange[], { to }: Promotion): Html {
  const rows = fields.map(({ field, expected, before, after }) => {
    return html`<tr>${fieldHeading(field, expected)}${valueCell(before)}${valueCell(after)}</tr>`;
  });
  const headings = [html`<th scope="col">${to} has</th>`, html`<th scope="col">${to} would get</th>`];
  return grid("Field", headings, [html`<tbody>${rows}</tbody>`]);
}

function operationLists({ operations }: Step): Html {
  const lists = CLASSES.flatMap(([kind, title]) => {
    const some = operations.filter((change) => change.class === kind);
    if (some.length === 0) return [];
    const left = some.length - MOST_CHANGES;
    const more = left > 0 ? [html`<li>and ${countOf(left, "more change")}</li>`] : [];
    const items = [...some.slice(0, MOST_CHANGES).map(changeItem), ...more];
    return [html`<div class="${kind}"><h4>The Swagger file ${title}</h4><ul>${items}</ul></div>`];
  });
  return html`<div class="operations">${lists}</div>`;
}

function changeItem({ operation, kind, detail }: Change): Html {
  const mark = kind === "operation-added" ? "added" : kind === "operation-removed" ? "removed" : "changed";
  return html`<li class="${mark}"><code>${operation}</code> ${detail}</li>`;
}

const GROUPS: readonly (readonly [group: Group, title: string])[] = [
  ["promoted", "What a promotion carries over"],
  ["own", "What each stage has of its own"],
  ["state", "What the last update left"],
];

function details({ name, there, rows }: ComparedDataSource, stacks: readonly StackState[]): Html {
  const parts = GROUPS.flatMap(([group, title]) => {
    const own = rows.filter((row) => row.group === group);
    if (own.length === 0) return [];
    const heading = html`<tr class="group"><th colspan="${stacks.length + 1}" scope="colgroup">${title}</th></tr>`;
    return [html`<tbody>${[heading, ...own.map((row) => detailRow(row, there))]}</tbody>`];
  });
  const headings = stacks.map((stack, at) => columnHeading(stack, there[at] ? [] : [html` <span>(missing)</span>`]));
  return html`<h3>${titleOf(name)}</h3>
${grid("Field", headings, parts)}`;
}

/** One wide cell says more than the same value in each. */
function detailRow({ field, group, expected, same, changed, cells }: Row, there: readonly boolean[]): Html {
  const counts = group === "promoted" && !expected;
  const whole = same && !there.includes(false);
  const values = whole
    ? [valueCell(cells[0], { columns: cells.length })]
    : cells.map((cell, at) => (there[at] ? valueCell(cell, { odd: counts && changed[at] }) : html`<td></td>`));
  const kind = same ? "quiet" : counts ? "differs" : "";
  return html`<tr class="${kind}">${fieldHeading(field, expected && !same)}${values}</tr>`;
}

function fieldHeading(field: string, expected: boolean): Html {
  return html`<th scope="row">${field}${expected ? [html` <span class="soft">(expected)</span>`] : []}</th>`;
}

function valueCell(cell: Cell | undefined, look: { odd?: boolean | undefined; columns?: number } = {}): Html {
  const kinds = [...(look.odd ? ["odd"] : []), ...(cell?.trouble ? ["trouble"] : [])].join(" ");
  return html`<td class="${kinds}" colspan="${look.columns ?? 1}">${shown(cell)}</td>`;
}

function columnHeading({ name }: StackState, more: readonly Html[] = []): Html {
  return html`<th scope="col">${name}${more}</th>`;
}

function grid(first: string, headings: readonly Html[], bodies: readonly Html[]): Html {
  return html`<div class="wide"><table>
<thead><tr><th scope="col">${first}</th>${headings}</tr></thead>
${bodies}</table></div>`;
}
