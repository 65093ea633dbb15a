/** What is known of a person, as labelled lines; a dash where it is not. */
import { duration, NONE, percent } from "../../lib/format";
import type { Participant, Session } from "../../lib/types";

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
