using Bongsu.Storage.Blocks;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Rollups;

/// <summary>Where the rollups of a selection's series stand. Immutable.</summary>
internal sealed class RollupPlaces
{
    private readonly List<(SelectionPlace Place, int[] Ids)> _places = [];

    /// <param name="selection">Whose series are looked for.</param>
    /// <param name="view">With the rollups.</param>
    /// <param name="select">As it was asked.</param>
    public RollupPlaces(SeriesSelection selection, MetricView view, SeriesSelect select)
    {
        foreach (var block in view.Rollups)
        {
            // What cannot be read of rollups is said where it is missed.
            if (Overlaps(block, select) && Find(block, view.Deletions, select, []) is { } place)
                _places.Add((place, IdsOf(selection, place)));
        }
    }

    public int Count => _places.Count;

    public SelectionPlace Place(int place) => _places[place].Place;

    /// <summary>Number of a series in the block of a place; -1 when it is not there.</summary>
    public int IdOf(int place, int series) => _places[place].Ids[series];

    public static bool Overlaps(MetricBlock block, SeriesSelect select) => block.MinTimeMs <= select.ToMs && block.MaxTimeMs >= select.FromMs;

    /// <summary>The series of a rollup that have rows about the selected time; null when none has.</summary>
    public static SelectionPlace? Find(MetricBlock block, Deletion[] deletions, SeriesSelect select, ICollection<string> warnings)
    {
        var place = new SelectionPlace { Block = block, Deletions = Array.FindAll(deletions, d => d.FromMs <= block.MaxTimeMs && d.ToMs >= block.MinTimeMs) };
        foreach (var series in block.Select(select.Matchers, warnings))
        {
            if (block.PageOf(series, out var at, warnings) is not { } page || !PlaceFinder.HasSamples(page.Chunks(at), select.FromMs, select.ToMs))
                continue;
            place.Ids.Add(series);
            place.Labels.Add(page.Labels(at));
        }
        return place.Ids.Count > 0 ? place : null;
    }

    // Both are in order of their labels.
    private static int[] IdsOf(SeriesSelection selection, SelectionPlace place)
    {
        var ids = new int[selection.Count];
        Array.Fill(ids, -1);
        for (var (series, at) = (0, 0); series < ids.Length && at < place.Ids.Count;)
        {
            var order = Compare(selection.Labels(series), place.Labels[at]);
            if (order == 0)
                ids[series] = place.Ids[at];
            if (order <= 0)
                series++;
            if (order >= 0)
                at++;
        }
        return ids;
    }

    // Places share label sets, so that the same series is mostly the same object.
    private static int Compare(LabelSet a, LabelSet b) => ReferenceEquals(a, b) ? 0 : a.Bytes.SequenceCompareTo(b.Bytes);
}
