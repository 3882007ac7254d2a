using Bongsu.Storage.Head;

namespace Bongsu.Storage.Blocks;

/// <summary>All there is to read at one moment: the head, the head that is being sealed, the blocks from oldest to newest written. Immutable.</summary>
internal sealed record MetricView(MetricHead Head, MetricHead? Sealing, MetricBlock[] Blocks);
