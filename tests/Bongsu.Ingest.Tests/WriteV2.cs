namespace Bongsu.Ingest.Tests;

/// <summary>Remote write 2.0 requests for tests: gathers the symbols of what is added.</summary>
internal sealed class WriteV2
{
    private readonly List<string> _symbols = [""];
    private readonly List<Proto> _series = [];

    public bool SymbolsLast { get; init; }

    /// <summary>An index that a test wants wrong goes in as it is.</summary>
    public ulong Ref(string text)
    {
        if (!_symbols.Contains(text))
            _symbols.Add(text);
        return (ulong)_symbols.IndexOf(text);
    }

    public ulong[] Refs(params (string Name, string Value)[] labels) => [.. labels.SelectMany(l => new[] { Ref(l.Name), Ref(l.Value) })];

    public WriteV2 Series((string, string)[] labels, params (int Field, Proto Message)[] parts)
    {
        var series = new Proto().Varints(1, Refs(labels));
        foreach (var (field, message) in parts)
            series.Message(field, message);
        return Add(series);
    }

    public WriteV2 Add(Proto series)
    {
        _series.Add(series);
        return this;
    }

    public byte[] Bytes
    {
        get
        {
            var request = new Proto();
            if (SymbolsLast)
                request.Each(5, _series, s => s);
            foreach (var symbol in _symbols)
                request.Text(4, symbol);
            return SymbolsLast ? request.Bytes : request.Each(5, _series, s => s).Bytes;
        }
    }

    public static (int, Proto) Sample(long ms, double value, long start = 0)
    {
        var sample = new Proto().Double(1, value).Varint(2, (ulong)ms);
        return (2, start == 0 ? sample : sample.Varint(3, (ulong)start));
    }
}
