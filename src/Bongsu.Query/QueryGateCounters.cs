namespace Bongsu.Query;

/// <summary>What a gate has done for queries of one priority.</summary>
/// <param name="Running">Now.</param>
/// <param name="Waiting">Now.</param>
/// <param name="Entered">Since the start.</param>
/// <param name="RefusedFull">Refused because too many were waiting.</param>
/// <param name="RefusedLate">Refused because they had waited too long.</param>
/// <param name="Waited">Time that queries have waited, together.</param>
public readonly record struct QueryGateCounters(int Running, int Waiting, long Entered, long RefusedFull, long RefusedLate, TimeSpan Waited);
