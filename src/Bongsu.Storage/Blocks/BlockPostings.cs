using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>Finds series and label texts of a block by its postings.</summary>
internal static class BlockPostings
{
    /// <summary>A bit for each series that passes all matchers; null when postings that are needed are damaged.</summary>
    public static ulong[]? Select(MetricBlock block, IReadOnlyList<LabelMatcher> matchers, int series)
    {
        if (!block.HasPostings)
            return null;
        var passing = new ulong[(series + 63) / 64];
        Array.Fill(passing, ulong.MaxValue);
        if ((series & 63) != 0)
            passing[^1] = (1UL << (series & 63)) - 1;
        var one = new ulong[passing.Length];
        for (var m = 0; m < matchers.Count; m++)
        {
            Array.Clear(one);
            var excludes = matchers[m].MatchesEmpty;
            if (!TryMark(block, matchers[m], !excludes, one, series))
                return null;
            for (var i = 0; i < one.Length; i++)
                passing[i] &= excludes ? ~one[i] : one[i];
        }
        return passing;
    }

    /// <summary>Adds the values of a name that series of the selection have (all, when there is none); false when postings are damaged.</summary>
    public static bool TryAddValues(MetricBlock block, ReadOnlySpan<byte> name, ulong[]? selected, HashSet<string> into)
    {
        var (first, end) = PagesOf(block, name);
        for (var i = first; i < end; i++)
        {
            if (block.Postings(i) is not { } page)
                return false;
            for (var v = 0; v < page.Count; v++)
            {
                if (selected is null || page.Intersects(v, selected))
                    into.Add(Encoding.UTF8.GetString(page.Value(v)));
            }
        }
        return true;
    }

    /// <summary>As <see cref="TryAddValues"/>, for names.</summary>
    public static bool TryAddNames(MetricBlock block, ulong[]? selected, HashSet<string> into)
    {
        var pages = block.PostingsPages;
        for (var i = 0; i < pages.Count; i++)
        {
            var name = Encoding.UTF8.GetString(pages[i].Name);
            if (into.Contains(name))
                continue;
            if (selected is null)
            {
                into.Add(name);
                continue;
            }
            if (block.Postings(i) is not { } page)
                return false;
            for (var v = 0; v < page.Count; v++)
            {
                if (!page.Intersects(v, selected))
                    continue;
                into.Add(name);
                break;
            }
        }
        return true;
    }

    private static bool TryMark(MetricBlock block, LabelMatcher matcher, bool wanted, ulong[] bits, int series)
    {
        var (first, end) = PagesOf(block, matcher.NameUtf8.Span);
        // Fast path: one value, so one page.
        if (wanted && matcher.Type == Telemetry.Labels.MatchType.Equal)
            return TryMarkOne(block, Encoding.UTF8.GetBytes(matcher.Value), first, end, bits, series);
        for (var i = first; i < end; i++)
        {
            if (block.Postings(i) is not { } page)
                return false;
            for (var v = 0; v < page.Count; v++)
            {
                if (matcher.Matches(page.Value(v)) == wanted && !page.TrySet(v, bits, series))
                    return false;
            }
        }
        return true;
    }

    private static bool TryMarkOne(MetricBlock block, byte[] value, int first, int end, ulong[] bits, int series)
    {
        var at = end - 1;
        while (at > first && value.AsSpan().SequenceCompareTo(block.PostingsPages[at].FirstValue) < 0)
            at--;
        if (at < first)
            return true;
        if (block.Postings(at) is not { } page)
            return false;
        var found = page.Find(value);
        return found < 0 || page.TrySet(found, bits, series);
    }

    // Pages stand in order of name, so those of one name stand together.
    private static (int First, int End) PagesOf(MetricBlock block, ReadOnlySpan<byte> name)
    {
        var pages = block.PostingsPages;
        var (low, high) = (0, pages.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (name.SequenceCompareTo(pages[middle].Name) <= 0)
                high = middle;
            else
                low = middle + 1;
        }
        var end = low;
        while (end < pages.Count && name.SequenceEqual(pages[end].Name))
            end++;
        return (low, end);
    }
}
