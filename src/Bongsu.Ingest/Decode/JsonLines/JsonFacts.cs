namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>Reads what the recommended fields of a JSON object say. Not thread-safe.</summary>
internal sealed class JsonFacts
{
    // service.name and kubernetes.labels.app are the deepest names that mean something.
    private const int MaxGroups = 2;

    private readonly ByteBuffer _path = new();

    /// <summary>False when the text is no JSON object; the facts point into it.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, out LineFacts facts)
    {
        var found = new LineFacts();
        var scanner = new JsonScanner(text);
        Read(ref scanner, ref found);
        facts = found;
        return scanner.Fault is null;
    }

    /// <summary>Reads the object at which the scanner stands; its fault says what is wrong.</summary>
    public void Read(ref JsonScanner scanner, ref LineFacts facts)
    {
        _path.Clear();
        if (scanner.TryOpen((byte)'{'))
            Members(ref scanner, ref facts, groups: 0);
    }

    private void Members(ref JsonScanner scanner, ref LineFacts facts, int groups)
    {
        var prefix = _path.Length;
        while (scanner.ReadMember())
        {
            if (scanner.Kind == JsonKind.Object && groups < MaxGroups && LogFieldNames.IsGroup(scanner.Key))
            {
                _path.Append(scanner.Key);
                _path.Append((byte)'.');
                var inner = new JsonScanner(scanner.Value);
                inner.TryOpen((byte)'{');
                Members(ref inner, ref facts, groups + 1);
            }
            else if (prefix == 0)
            {
                facts.Take(scanner.Key, scanner.Kind, scanner.Value);
            }
            else
            {
                _path.Append(scanner.Key);
                facts.Take(_path.Span, scanner.Kind, scanner.Value);
            }
            _path.Truncate(prefix);
        }
    }
}
