using System.Text;
using Bongsu.Storage.Blocks;

namespace Bongsu.Storage;

/// <summary>Distinct label names and values of a selection, ascending.</summary>
internal static class LabelListing
{
    public static IReadOnlyList<string> Names(SeriesSelection selection)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < selection.Count; i++)
        {
            foreach (var label in selection.Labels(i))
                names.Add(Encoding.UTF8.GetString(label.Name));
        }
        return Sorted(names);
    }

    public static IReadOnlyList<string> Values(SeriesSelection selection, string name)
    {
        var values = new HashSet<string>();
        for (var i = 0; i < selection.Count; i++)
        {
            if (selection.Labels(i).Get(name) is { } value)
                values.Add(value);
        }
        return Sorted(values);
    }

    private static List<string> Sorted(HashSet<string> texts)
    {
        var sorted = new List<string>(texts);
        sorted.Sort(StringComparer.Ordinal);
        return sorted;
    }
}
