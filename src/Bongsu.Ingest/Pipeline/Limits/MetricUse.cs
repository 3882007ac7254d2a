using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>What one metric of one service uses of the budget, and which of its labels grows. Not thread-safe.</summary>
internal sealed class MetricUse(ServiceUse service, string name, int limit)
{
    public ServiceUse Service { get; } = service;

    public string Name { get; } = name;

    public int Limit { get; } = limit;

    public int Count { get; set; }

    public HourCount New { get; } = new();

    public HourCount Refused { get; } = new();

    /// <summary>Different values that each label had on new and on refused label sets within the last hour or two.</summary>
    public Dictionary<ulong, (string Name, DistinctCount Values)> Labels { get; } = [];

    /// <summary>Notes the labels of a new or refused label set. Beyond the budget for statistics, further labels are left out.</summary>
    public void Observe(ReadOnlySpan<byte> canonical, StatisticsBudget budget)
    {
        var labels = new LabelReader(canonical);
        while (labels.MoveNext())
        {
            if (labels.Name.SequenceEqual("__name__"u8))
                continue;
            var hash = LabelHash.Of(labels.Name);
            if (!Labels.TryGetValue(hash, out var label))
            {
                if (!budget.TryTakeLabel())
                    continue;
                Labels[hash] = label = (Encoding.UTF8.GetString(labels.Name), new DistinctCount());
            }
            label.Values.Add(LabelHash.Of(labels.Value));
        }
    }

    /// <summary>The labels that grow most, with about how many values.</summary>
    public List<LabelGrowth> Growth(int most)
    {
        var growth = new List<LabelGrowth>(Labels.Count);
        foreach (var (name, values) in Labels.Values)
            growth.Add(new LabelGrowth(name, (long)Math.Round(values.Estimate())));
        growth.Sort(static (a, b) => a.Values != b.Values ? b.Values.CompareTo(a.Values) : string.CompareOrdinal(a.Label, b.Label));
        if (growth.Count > most)
            growth.RemoveRange(most, growth.Count - most);
        return growth;
    }
}
