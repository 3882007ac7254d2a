import type { AlertRow, DecisionStep, Evidence, Suspect, TimelineEntry, Triage } from '../api/bongsu';
import { count, percent, rate, seconds, times, withUnit } from '../format/number';
import { bystanders, duration as durationIn, figures, keyEvidence, onsetOrder, shareOfCause, sliUnit, text } from './triage';

// What triage, alerts and timelines say, by their codes; a code that is not known here is told in the server's own words.

const listed = (items: readonly string[]): string => (items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] ?? ''}`);
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const was = (before: string | null): string => (before === null ? '' : `, ${before} before`);
export const duration = (written: string): string => durationIn(written, { ms: '\u00a0ms', d: '\u00a0d', h: '\u00a0h', m: '\u00a0min', s: '\u00a0s' });
const gap = (ms: number): string => seconds(Math.abs(ms) / 1000);

function evidence(of: Evidence): string {
  const { texts, numbers } = of;
  const { before, after } = figures(of);
  const service = text(texts, 'service');
  const now = after ?? 'nothing';
  switch (of.code) {
    case 'errorRatio':
      return `${service} fails ${now} of its requests${was(before)}`;
    case 'latency':
      return `Requests to ${service} take ${now} on average${was(before)}`;
    case 'call':
      return of.unit === 's' ? `Calls from ${text(texts, 'from')} to ${text(texts, 'to')} take ${now}${was(before)}` : `${now} of the calls from ${text(texts, 'from')} to ${text(texts, 'to')} fail${was(before)}`;
    case 'ownExcess':
      return of.unit === 's' ? `${service} itself takes ${now} of each request${was(before)}, its own calls not counted` : `${service} itself adds ${now} failed requests${was(before)}, those of its own calls not counted`;
    case 'calleesNormal':
      return of.unit === 's' ? `Its calls to ${text(texts, 'to')} are as before: ${now}${was(before)}` : `Its calls to ${text(texts, 'to')} are as before: ${now} fail${was(before)}`;
    case 'onset':
      return { before: `${service} went wrong before the symptom showed`, same: `${service} went wrong at the same time as the symptom showed`, after: `${service} went wrong only after the symptom showed` }[onsetOrder(of)];
    case 'versionSplit':
    case 'versionsAlike':
      return versions(of);
    case 'release': {
      const ms = (numbers['onsetMs'] ?? 0) - (numbers['atMs'] ?? 0);
      return `${service} ${text(texts, 'version')} replaced ${text(texts, 'previousVersion')} ${gap(ms)} ${ms >= 0 ? 'before' : 'after'} the symptom showed`;
    }
    case 'traffic':
      return `Requests to ${service} went from ${rate(numbers['before'] ?? 0)} to ${rate(numbers['after'] ?? 0)}: the load itself may be the cause`;
    case 'instance':
      return `Instance ${text(texts, 'instance')} of ${service} has ${percent(of.share ?? 0)} of the excess with ${percent(numbers['traffic'] ?? 0)} of the requests`;
    default:
      return of.claim;
  }
}

function versions(of: Evidence): string {
  const { texts, numbers } = of;
  const both = `${text(texts, 'newVersion')} at ${withUnit(numbers['new'] ?? 0, of.unit)}, ${text(texts, 'oldVersion')} at ${withUnit(numbers['old'] ?? 0, of.unit)}`;
  const { before, after } = figures(of);
  if (texts['version'] !== texts['newVersion']) return `${text(texts, 'service')} ${text(texts, 'version')}, the old version, is at ${after ?? 'nothing'}${was(before)}`;
  return of.code === 'versionSplit' ? `Of ${text(texts, 'service')}, only the new version is bad, at the same time: ${both}` : `Both versions of ${text(texts, 'service')} are alike at the same time: ${both}`;
}

function hypothesis(triage: Triage): string {
  const found = triage.hypothesis;
  if (!found) return triage.reason;
  const share = shareOfCause(triage);
  const what = `${share === null ? 'most' : percent(Math.min(1, share))} of the ${triage.sliKind === 'latency' ? 'extra time' : 'failed requests'} of ${triage.sliService}`;
  if (found.kind === 'release') return `Release ${found.release?.version ?? found.object} of ${found.service} causes ${what}`;
  if (found.kind === 'edge') return `The way ${found.object.replace(' -> ', ' to ')} causes ${what}: the caller sees it, the callee does not`;
  if (found.kind === 'external') return `The calls ${found.object.replace(' -> ', ' to ')} cause ${what}; the inside of it is not seen`;
  return `${capital(found.service)} itself, not what it calls, causes ${what}`;
}

/** The cause in one sentence with its figures, and who only suffers from it. */
function because(triage: Triage): string {
  const key = keyEvidence(triage);
  const found = triage.hypothesis;
  if (!key || !found) return hypothesis(triage);
  const { before, after } = figures(key);
  const others = bystanders(triage);
  const slow = key.unit === 's';
  const rest = others.length === 0 ? '' : `; ${listed(others)} only ${slow ? (others.length === 1 ? 'waits' : 'wait') : others.length === 1 ? 'passes it' : 'pass it'} ${slow ? 'for it' : 'on'}`;
  if (after === null || key.code === 'versionSplit') return `${evidence(key)}${rest}.`;
  if (key.code === 'latency' || (key.code === 'ownExcess' && slow)) return `A request in ${found.service} takes ${after}${was(before)}${rest}.`;
  return `${capital(evidence(key))}${rest}.`;
}

function suspect(of: Suspect, kind: Triage['sliKind']): string {
  const { numbers, texts } = of;
  const value = (key: string) => withUnit(numbers[key] ?? 0, sliUnit(kind));
  switch (of.whyCode) {
    case 'lowShare':
      return `explains ${percent(numbers['share'] ?? of.share ?? 0)} of the excess`;
    case 'onsetLate':
      return `went wrong only after the symptom showed; explains ${percent(numbers['share'] ?? of.share ?? 0)} of the excess`;
    case 'notAnomalous':
      return numbers['after'] === undefined ? `${text(texts, 'service')} adds nothing to the excess itself` : `as before: ${value('after')}, ${value('before')} before`;
    case 'versionsAlike':
      return 'the old version is as bad at the same time';
    case 'trafficNormal':
      return `no more traffic: ${rate(numbers['after'] ?? 0)}, ${rate(numbers['before'] ?? 0)} before`;
    default:
      return of.why;
  }
}

function dontKnow(of: Triage): string {
  const [first, second] = of.alternatives;
  const share = (one: Suspect) => percent(Math.min(1, one.share ?? 0));
  switch (of.reasonCode) {
    case 'weakShare':
      return first ? `The best suspect, ${first.service}, explains only ${share(first)} of the excess.` : 'No part explains the excess.';
    case 'ambiguous':
      return first && second ? `${first.service} explains ${share(first)} of the excess and ${second.service} ${share(second)}: too close to call.` : of.reason;
    case 'onsetLate':
      return first ? `${first.service} fits, but it went wrong only after the symptom showed.` : of.reason;
    case 'outOfTime':
      return 'The telemetry could not be read in time.';
    case 'noEvidence':
      return `${capital(of.sliService)} is no worse now than a healthy time would show.`;
    default:
      return of.reason;
  }
}

function timeline(entry: TimelineEntry, clock: (ms: number) => string): string {
  const { texts, numbers } = entry;
  switch (entry.kind) {
    case 'alertFired':
      return texts['alert'] === undefined ? entry.text : `${texts['alert']} fired: ${alertSummary({ code: numbers['burn'] === undefined ? 'rule' : 'sloBurn', numbers, texts, text: entry.text })}`;
    case 'impactBegan':
      return texts['service'] === undefined ? entry.text : `Impact on ${texts['service']} began`;
    case 'nextUpdate':
      return numbers['atMs'] === undefined ? entry.text : `Next update promised for ${clock(numbers['atMs'])}`;
    default:
      return entry.text;
  }
}

function alertSummary(of: AlertRow['summary']): string {
  const { bad, total, ratio, burn, thresholdSeconds } = of.numbers;
  if (of.code !== 'sloBurn' || bad === undefined || total === undefined || total === 0 || burn === undefined) return of.text;
  const what = thresholdSeconds === undefined ? 'requests failed' : `requests took longer than ${seconds(thresholdSeconds)}`;
  return `${count(bad)} of ${count(total)} ${what} in ${duration(text(of.texts, 'long'))} (${percent(ratio ?? bad / total)}), the budget burns ${times(burn)} too fast`;
}

const REASONS: Record<string, string> = {
  becamePending: 'is true, waits for its time', fired: 'fires', keptFiring: 'quiet, kept firing for a while', resolved: 'resolved', clearedWhilePending: 'went away while it waited', frozen: 'cannot be told, stays as it is', ruleRemoved: 'its rule is gone',
  notChance: 'no chance event', mayBeChance: 'may be chance', off: 'guard off', routed: 'goes to', noRoute: 'no route', noReceiver: 'nobody to tell', waiting: 'waits', groupDue: 'grouped', notInhibited: 'not inhibited', inhibited: 'inhibited', notSilenced: 'not silenced', silenced: 'silenced',
  firstNotification: 'first message', newAlertsInGroup: 'new alerts in the group', newResolvedAlerts: 'part of the group resolved', allAlertsResolved: 'all resolved', repeatIntervalElapsed: 'time to repeat', alreadyNotified: 'not again', nothingToSay: 'nothing to say', delivered: 'delivered', failed: 'failed', gaveUp: 'gave up', deliveryStarted: 'sending', deliveryUnderWay: 'being sent already',
};

// The guard's sentence holds its verdict already.
const decision = (of: DecisionStep): string => of.stage === 'guard' ? of.detail : [capital(REASONS[of.reason] ?? of.reason), of.detail].filter((part) => part !== '').join(': ');

export const findings = {
  evidence, hypothesis, because, suspect, dontKnow, timeline, alertSummary, decision,
  blindSpot: (said: string): string => said,
  guard: (sentence: string): string => sentence,
  demoNote: 'Demo: alerts look at the last minutes instead of the last hours, so that they fire while you watch.',
};
