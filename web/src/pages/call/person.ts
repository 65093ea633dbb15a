/** What is known of a person, as labelled lines; a dash where it is not. */
import { duration, NONE, percent } from "../../lib/format";
import type { Participant, PersonMetrics, Session } from "../../lib/types";

const words = (...parts: string[]): string => parts.filter(Boolean).join(" ") || NONE;

export function clockWords(session: Pick<Session, "clock_offset_ms" | "clock_uncertainty_ms">): string {
  if (session.clock_offset_ms === null) return NONE;
  const spread =
    session.clock_uncertainty_ms === null ? "" : ` ± ${Math.round(session.clock_uncertainty_ms)} ms`;
  return `${Math.round(session.clock_offset_ms)} ms${spread}`;
}

function environment(session: Session): [string, string][] {
  return [
    ["Browser", words(session.browser, session.browser_version)],
    ["System", words(session.os, session.os_version)],
    ["Device", words(session.device_type)],
    ["App version", words(session.app_version)],
    ["SDK", words(session.sdk, session.sdk_version)],
    ["Country", words(session.country)],
    ["Clock offset", clockWords(session)],
  ];
}

export function personFacts(
  person: Participant,
  latest: Session | undefined,
  joins: number,
): [string, string][] {
  return [
    ...(latest ? environment(latest) : []),
    ["Good minutes", percent(person.good_minute_ratio)],
    ["Impaired", duration(person.impaired_s)],
    ["Caused for others", duration(person.caused_impairment_s)],
    ["Joins", String(person.joins || joins)],
    ["Your id", words(person.external_id)],
  ];
}

const share = (seconds: number | null, whole: number): string =>
  seconds === null || whole <= 0 ? NONE : percent(seconds / whole);

/** What the call amounted to for a person; lines of which nothing is known are left out. */
export function personAmounts(amounts: PersonMetrics | undefined): [string, string][] {
  if (!amounts) return [];
  const pictures = (amounts.hd_s ?? 0) + (amounts.md_s ?? 0) + (amounts.ld_s ?? 0);
  const talk =
    amounts.talk_s === null ? NONE : `${duration(amounts.talk_s)} (${percent(amounts.talk_ratio)})`;
  const lines: [string, string][] = [
    ["Talked", talk],
    ["While others talked", duration(amounts.double_talk_s)],
    ["Heard nothing of others' talk", duration(amounts.silent_s)],
    ["Sound and picture", amounts.av_mos === null ? NONE : `${amounts.av_mos.toFixed(1)} of 5`],
    ["Picture stood still", duration(amounts.frozen_s)],
    ["Received in HD", share(amounts.hd_s, pictures)],
    ["Received small", share(amounts.ld_s, pictures)],
  ];
  return lines.filter(([, value]) => value !== NONE);
}
