/**
 * Registrar under faults: real processes, load, a fault, and what must hold afterwards, checked from the outside only.
 *
 * <ul>
 *   <li>{@link dev.registrar.faults.FaultWorld}: two instances of the jar, Temporal's production server, a PostgreSQL
 *       for each of them, the sandbox as its own process, and between them lines that can be cut
 *       ({@link dev.registrar.standin.Toxiproxy}) and a gate that stops a call to a provider at a chosen point
 *       ({@link dev.registrar.faults.ProviderGate}). Started once, mended after each case.
 *   <li>{@link dev.registrar.faults.FaultLoad}: users who register, send the same request again when its answer is
 *       lost, and cancel; operators who replay.
 *   <li>{@link dev.registrar.faults.Fault}: something that is broken and mended again; {@link
 *       dev.registrar.faults.Faults} has all of them.
 *   <li>{@link dev.registrar.faults.Invariants}: I1 to I8, from the sandbox's ledger, the tables and Temporal.
 *   <li>{@link dev.registrar.faults.FaultMatrix}: the named cases, one or more per row of the table in
 *       docs/reliability.md; {@link dev.registrar.faults.Schedules}: one to four faults drawn from a seed.
 *   <li>{@link dev.registrar.faults.FaultReport}: {@code target/faults/report.md}, appended to and resumed.
 * </ul>
 *
 * <p>The service has no hook for any of this. A kill lands "before the send" because the gate has the request and has
 * not passed it on; "after the effect" because the gate has the provider's answer and has not passed it on; "after the
 * report" because Temporal's history shows the completed activity.
 */
@NullMarked
package dev.registrar.faults;

import org.jspecify.annotations.NullMarked;
