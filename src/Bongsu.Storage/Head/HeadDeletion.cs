using System.Numerics;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>Takes deleted samples out of a head.</summary>
internal static class HeadDeletion
{
    public static void Apply(MetricHead head, Deletion deletion)
    {
        var bits = head.Table.Select(deletion.Matchers);
        head.KeepActive(bits, deletion.FromMs, deletion.ToMs);
        var reader = new HeadReader();
        var (all, left) = (new SampleColumns(), new SampleColumns());
        for (var i = 0; i < bits.Length; i++)
        {
            for (var word = bits[i]; word != 0; word &= word - 1)
            {
                // Between reading and replacing nothing else may come: gates can be entered again by their holder.
                lock (head.Gate)
                    Delete(head, i * 64 + BitOperations.TrailingZeroCount(word), deletion, reader, all, left);
            }
        }
    }

    private static void Delete(MetricHead head, int id, Deletion deletion, HeadReader reader, SampleColumns all, SampleColumns left)
    {
        all.Clear();
        left.Clear();
        reader.Read(head, id, long.MinValue, long.MaxValue, all);
        if (deletion.FromMs > long.MinValue)
            SampleMerge.AppendRange(all, long.MinValue, deletion.FromMs - 1, left);
        if (deletion.ToMs < long.MaxValue)
            SampleMerge.AppendRange(all, deletion.ToMs + 1, long.MaxValue, left);
        head.Replace(id, left, deletion);
    }
}
