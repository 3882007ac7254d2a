using System.Text;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>The label names that attribute keys become, remembered by their bytes: a key seen before makes no string. Not thread-safe.</summary>
internal sealed class FieldNames
{
    // Attribute keys come from outside and may be without number: the cache starts over rather than grow.
    private const int MaxNames = 10_000;

    private readonly Dictionary<ulong, (byte[] Key, string Name)> _names = [];

    public string Of(ReadOnlySpan<byte> key)
    {
        var hash = LabelHash.Of(key);
        // Fast path.
        if (_names.TryGetValue(hash, out var known) && key.SequenceEqual(known.Key))
            return known.Name;
        if (_names.Count >= MaxNames)
            _names.Clear();
        var name = LabelNaming.Sanitize(Encoding.UTF8.GetString(key));
        _names[hash] = (key.ToArray(), name);
        return name;
    }
}
