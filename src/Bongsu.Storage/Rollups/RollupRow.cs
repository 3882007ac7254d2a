using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Rollups;

/// <summary>A row of a rollup, for a query.</summary>
/// <param name="Run">What the samples of the window came to when the row was made.</param>
/// <param name="FromMs">Start of the window, which is not part of it.</param>
/// <param name="ToMs">End of the window, which is.</param>
/// <param name="Through">Last block that the row was made from.</param>
/// <param name="IsGone">Whether the samples themselves are dropped, or some of them: nothing tells more than the row.</param>
/// <param name="IsStale">Whether something came for the window since.</param>
internal readonly record struct RollupRow(SampleRun Run, long FromMs, long ToMs, long Through, bool IsGone, bool IsStale = false);
