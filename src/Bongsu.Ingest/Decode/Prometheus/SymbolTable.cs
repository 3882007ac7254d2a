using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>The symbols of one remote write 2.0 request: where each text stands in it. Not thread-safe.</summary>
internal sealed class SymbolTable
{
    /// <summary>8 bytes each are held while the request is read.</summary>
    public const int MaxSymbols = 1_000_000;

    // What one large request has blown up is not kept for small ones.
    private const int KeptSymbols = 65_536;

    private Column<Slice> _symbols = new();

    public int Count => _symbols.Count;

    public void Clear()
    {
        if (_symbols.Count > KeptSymbols)
            _symbols = new Column<Slice>();
        _symbols.Clear();
    }

    /// <summary>Adds the text that ends at a position of the request.</summary>
    public void Add(int end, int length) => _symbols.Add(new Slice(end - length, length));

    public bool TryGet(ReadOnlySpan<byte> request, ulong reference, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (reference >= (ulong)_symbols.Count)
            return false;
        var slice = _symbols[(int)reference];
        text = request.Slice(slice.Offset, slice.Length);
        return true;
    }

    /// <summary>Reads references, packed or one by one, into a list; false when the bytes are malformed.</summary>
    public static bool TryReadReferences(in ProtoReader field, int most, Column<uint> into)
    {
        if (field.Wire == ProtoWire.Varint)
        {
            if (into.Count <= most)
                into.Add((uint)Math.Min(field.Number, uint.MaxValue));
            return true;
        }
        var at = 0;
        while (at < field.Bytes.Length)
        {
            if (!Varint.TryRead(field.Bytes, ref at, out var reference))
                return false;
            if (into.Count <= most)
                into.Add((uint)Math.Min(reference, uint.MaxValue));
        }
        return true;
    }
}
