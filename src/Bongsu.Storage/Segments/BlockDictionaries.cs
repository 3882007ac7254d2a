using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Reads what the rows of a block share: streams, resources, scopes, texts.</summary>
internal static class BlockDictionaries
{
    /// <summary>Adds all to a batch; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> dictionaries, AttributeTable table, List<Slice> streams, Column<Resource> resources, Column<Scope> scopes, List<Slice> texts)
    {
        var arena = table.Arena;
        var reader = new ByteReader(dictionaries);
        var count = reader.ReadCount();
        for (var i = 0; i < count; i++)
            streams.Add(arena.Append(reader.ReadText()));
        count = reader.ReadCount(2);
        for (var i = 0; i < count; i++)
            resources.Add(AttributeBytes.ReadResource(ref reader, table));
        count = reader.ReadCount(4);
        for (var i = 0; i < count; i++)
            scopes.Add(AttributeBytes.ReadScope(ref reader, table));
        count = reader.ReadCount();
        for (var i = 0; i < count; i++)
            texts.Add(arena.Append(reader.ReadText()));
        return !reader.Failed;
    }
}
