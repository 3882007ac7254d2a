using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>A block or head with the series of a selection that it has, in ascending order of their labels.</summary>
internal sealed class SelectionPlace
{
    public MetricBlock? Block { get; init; }

    public MetricHead? Head { get; init; }

    /// <summary>Deletions that concern the block.</summary>
    public Deletion[] Deletions { get; init; } = [];

    /// <summary>Number in the block, or id in the head's table.</summary>
    public List<int> Ids { get; } = [];

    public List<LabelSet> Labels { get; } = [];

    /// <summary>Makes room for so many series.</summary>
    public void Reserve(int series)
    {
        Ids.EnsureCapacity(series);
        Labels.EnsureCapacity(series);
    }
}
