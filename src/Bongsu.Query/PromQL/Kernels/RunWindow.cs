namespace Bongsu.Query.PromQL.Kernels;

/// <summary>What a run function knows of the window besides its fold; in ms since the epoch.</summary>
/// <param name="BeginMs">Samples after it are in the window.</param>
/// <param name="EndMs">The last moment of the window.</param>
/// <param name="RawFromMs">Before it only rollups may be left.</param>
internal readonly record struct RunWindow(long BeginMs, long EndMs, long RawFromMs);
