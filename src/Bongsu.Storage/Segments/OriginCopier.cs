using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Copies what records refer to (resources, scopes, attribute keys, names) into a target, each distinct one once: rows sorted by time come from
/// many senders in turn. Not thread-safe.
/// </summary>
internal sealed class OriginCopier(AttributeTable to, Column<Resource> resources, Column<Scope> scopes)
{
    private readonly ByteDictionary _resources = new();
    private readonly ByteDictionary _scopes = new();
    private readonly ByteDictionary _texts = new();
    private readonly List<Slice> _textSlices = [];
    private readonly Dictionary<(object Source, int Index), int> _seenResources = [];
    private readonly Dictionary<(object Source, int Index), int> _seenScopes = [];
    private readonly ByteWriter _scratch = new();

    public void Clear()
    {
        _resources.Clear();
        _scopes.Clear();
        _texts.Clear();
        _textSlices.Clear();
        _seenResources.Clear();
        _seenScopes.Clear();
    }

    public int Resource(AttributeTable from, Column<Resource> source, int index)
    {
        if (index < 0)
            return -1;
        if (_seenResources.TryGetValue((from, index), out var target))
            return target;
        _scratch.Clear();
        AttributeBytes.PutResource(_scratch, source[index], from);
        if (_resources.TryAdd(_scratch.Written, out target))
        {
            var reader = new ByteReader(_scratch.Written);
            resources.Add(AttributeBytes.ReadResource(ref reader, to));
        }
        return _seenResources[(from, index)] = target;
    }

    public int Scope(AttributeTable from, Column<Scope> source, int index)
    {
        if (index < 0)
            return -1;
        if (_seenScopes.TryGetValue((from, index), out var target))
            return target;
        _scratch.Clear();
        AttributeBytes.PutScope(_scratch, source[index], from);
        if (_scopes.TryAdd(_scratch.Written, out target))
        {
            var reader = new ByteReader(_scratch.Written);
            scopes.Add(AttributeBytes.ReadScope(ref reader, to));
        }
        return _seenScopes[(from, index)] = target;
    }

    /// <summary>Text that repeats: names and keys.</summary>
    public Slice Shared(ByteArena from, Slice text)
    {
        if (text.IsEmpty)
            return Slice.Empty;
        if (_texts.TryAdd(from.Get(text), out var index))
            _textSlices.Add(to.Arena.Append(from.Get(text)));
        return _textSlices[index];
    }

    public Slice Text(ByteArena from, Slice text) => to.Arena.Append(from.Get(text));

    public AttributeRange Range(AttributeTable from, AttributeRange range)
    {
        var start = to.Count;
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = from.Values[row];
            to.Add(Shared(from.Arena, from.Keys[row]), value with { Payload = Text(from.Arena, value.Payload) });
        }
        return to.Since(start);
    }
}
