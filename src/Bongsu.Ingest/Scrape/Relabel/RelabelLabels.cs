using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Scrape.Relabel;

/// <summary>Labels while rules change them. An empty value is the same as no label. Not thread-safe.</summary>
public sealed class RelabelLabels
{
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);

    public RelabelLabels() { }

    public RelabelLabels(IEnumerable<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels)
            Set(name, value);
    }

    public int Count => _labels.Count;

    public IReadOnlyDictionary<string, string> All => _labels;

    public string Get(string name) => _labels.GetValueOrDefault(name, "");

    public void Set(string name, string value)
    {
        if (value.Length == 0)
            _labels.Remove(name);
        else
            _labels[name] = value;
    }

    public void Remove(string name) => _labels.Remove(name);

    public LabelSet ToLabelSet()
    {
        var builder = new LabelSetBuilder();
        foreach (var (name, value) in _labels)
            builder.Set(name, value);
        return builder.ToLabelSet();
    }
}
