using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>Where a block holds one series: the frame of its chunk group, and where in that frame's payload.</summary>
internal readonly record struct BlockSeries(LabelSet Labels, long GroupOffset, int GroupSize, int Start, int Length, long MinTimeMs, long MaxTimeMs);
