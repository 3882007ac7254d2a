using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Resources and scopes as byte strings, equal when their content is: the keys of dictionaries in memory and their entries on disk.</summary>
internal static class AttributeBytes
{
    public static void PutResource(ByteWriter into, Resource resource, AttributeTable from)
    {
        into.PutText(from.Arena.Get(resource.SchemaUrl));
        Put(into, from, resource.Attributes);
    }

    public static void PutScope(ByteWriter into, Scope scope, AttributeTable from)
    {
        into.PutText(from.Arena.Get(scope.Name));
        into.PutText(from.Arena.Get(scope.Version));
        into.PutText(from.Arena.Get(scope.SchemaUrl));
        Put(into, from, scope.Attributes);
    }

    public static Resource ReadResource(ref ByteReader reader, AttributeTable to)
    {
        var schemaUrl = to.Arena.Append(reader.ReadText());
        return new Resource(Read(ref reader, to), schemaUrl);
    }

    public static Scope ReadScope(ref ByteReader reader, AttributeTable to)
    {
        var name = to.Arena.Append(reader.ReadText());
        var version = to.Arena.Append(reader.ReadText());
        var schemaUrl = to.Arena.Append(reader.ReadText());
        return new Scope(name, version, Read(ref reader, to), schemaUrl);
    }

    private static void Put(ByteWriter into, AttributeTable from, AttributeRange range)
    {
        into.PutVarint((ulong)range.Count);
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var value = from.Values[row];
            into.PutText(from.Key(row));
            into.PutByte((byte)value.Kind);
            into.PutZigZag(value.Bits);
            into.PutText(from.Arena.Get(value.Payload));
        }
    }

    private static AttributeRange Read(ref ByteReader reader, AttributeTable to)
    {
        var start = to.Count;
        var count = reader.ReadCount(4);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var key = to.Arena.Append(reader.ReadText());
            var kind = (AttributeKind)reader.ReadByte();
            var bits = reader.ReadZigZag();
            to.Add(key, new AttributeValue(kind, bits, to.Arena.Append(reader.ReadText())));
        }
        return to.Since(start);
    }
}
