using Bongsu.Storage.Blocks;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Rollups;

/// <summary>Goes through the series of a rollup in order of their labels; of no rollup through none. Not thread-safe.</summary>
internal sealed class RollupCursor(MetricBlock? block, List<string> warnings)
{
    private const RunFigures All = RunFigures.Sum | RunFigures.Extremes | RunFigures.Resets;

    private readonly BlockReader _blocks = new(1, warnings);
    private IndexPage? _page;
    private int _pageNumber = -1;
    private int _at;

    /// <summary>Labels of the series; null behind the last.</summary>
    public LabelSet? Labels { get; private set; }

    public void MoveNext()
    {
        _at++;
        while (block is not null && (_page is null || _at >= _page.Count) && _pageNumber + 1 < block.PageCount)
            (_page, _at) = (block.Page(++_pageNumber, warnings), 0);
        Labels = _page is not null && _at < _page.Count ? _page.Labels(_at) : null;
    }

    /// <summary>Appends the rows of the series; those of a damaged chunk are left out, which is said.</summary>
    public void Read(Column<SampleRun> into)
    {
        foreach (ref readonly var chunk in _page!.Chunks(_at))
            _blocks.TryReadRows(block!, chunk, All, into);
    }
}
