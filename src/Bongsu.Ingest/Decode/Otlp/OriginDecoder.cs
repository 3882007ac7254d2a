using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Reads Resource and InstrumentationScope messages. Not thread-safe.</summary>
internal sealed class OriginDecoder(AttributeDecoder attributes, IngestLimits limits)
{
    private int _repaired;

    public int TakeRepaired()
    {
        var repaired = _repaired;
        _repaired = 0;
        return repaired;
    }

    public bool TryResource(ReadOnlySpan<byte> message, ReadOnlySpan<byte> schemaUrl, AttributeTable table, out Resource resource)
    {
        resource = default;
        if (!TryAttributes(message, attributesField: 1, table, out var range))
            return false;
        resource = new Resource(range, Text.Append(table.Arena, Cut(schemaUrl), ref _repaired));
        return true;
    }

    public bool TryScope(ReadOnlySpan<byte> message, ReadOnlySpan<byte> schemaUrl, AttributeTable table, out Scope scope)
    {
        scope = default;
        if (!TryAttributes(message, attributesField: 3, table, out var range))
            return false;
        var name = OtlpMessage.Child(message, 1);
        var version = OtlpMessage.Child(message, 2);
        scope = new Scope(Text.Append(table.Arena, Cut(name), ref _repaired), Text.Append(table.Arena, Cut(version), ref _repaired), range,
            Text.Append(table.Arena, Cut(schemaUrl), ref _repaired));
        return true;
    }

    private bool TryAttributes(ReadOnlySpan<byte> message, int attributesField, AttributeTable table, out AttributeRange range)
    {
        var start = table.Count;
        var dropped = 0;
        var fields = new ProtoReader(message);
        range = default;
        while (fields.Read())
        {
            if (fields.Field == attributesField && fields.Wire == ProtoWire.Bytes && !attributes.Add(table, start, fields.Bytes, ref dropped))
                return false;
        }
        range = table.Since(start);
        return true;
    }

    // Names of scopes are labels for people: one past the limit is cut rather than the spans under it refused.
    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> name) => Text.Cut(name, limits.NameBytes);
}
