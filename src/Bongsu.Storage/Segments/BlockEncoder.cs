using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>
/// The parts of an encoded batch of events: dictionaries, numbered columns, attributes. One for logs and one for spans is kept by each writer and
/// reused. Not thread-safe.
/// </summary>
internal sealed class BlockEncoder(int columns)
{
    public const byte Version = 1;

    private readonly ByteWriter[] _columns = NewColumns(columns);
    private readonly ByteDictionary _texts = new();
    private readonly ByteWriter _scratch = new();

    public ByteDictionary Streams { get; } = new();
    public AttributeColumnsEncoder Attributes { get; } = new();

    public ByteWriter this[int column] => _columns[column];

    /// <summary>The number of a text that repeats (names, severities).</summary>
    public void PutShared(int column, ReadOnlySpan<byte> text) => _columns[column].PutVarint((ulong)_texts.Add(text));

    /// <summary>One id: 0 none, 1 as in the row before, 2 and the bytes.</summary>
    public void PutTrace(int column, TraceId id, TraceId last)
    {
        _columns[column].PutByte((byte)(id.IsEmpty ? 0 : id == last ? 1 : 2));
        if (!id.IsEmpty && id != last)
            id.CopyTo(_columns[column].Take(TraceId.Size));
    }

    public void PutSpan(int column, SpanId id, SpanId last)
    {
        _columns[column].PutByte((byte)(id.IsEmpty ? 0 : id == last ? 1 : 2));
        if (!id.IsEmpty && id != last)
            id.CopyTo(_columns[column].Take(SpanId.Size));
    }

    public void Finish(ByteWriter into, int rows, Column<Resource> resources, Column<Scope> scopes, AttributeTable table, bool compress)
    {
        into.PutByte(Version);
        into.PutVarint((ulong)rows);
        PutDictionaries(resources, scopes, table);
        Section.Put(into, _scratch.Written, compress);
        foreach (var column in _columns)
            Section.Put(into, column.Written, compress);
        Attributes.Finish(into, compress);
        Clear();
    }

    private void PutDictionaries(Column<Resource> resources, Column<Scope> scopes, AttributeTable table)
    {
        _scratch.Clear();
        Streams.Put(_scratch);
        _scratch.PutVarint((ulong)resources.Count);
        foreach (var resource in resources.Span)
            AttributeBytes.PutResource(_scratch, resource, table);
        _scratch.PutVarint((ulong)scopes.Count);
        foreach (var scope in scopes.Span)
            AttributeBytes.PutScope(_scratch, scope, table);
        _texts.Put(_scratch);
    }

    /// <summary>Forgets everything, also what a batch that failed midway left behind.</summary>
    public void Clear()
    {
        foreach (var column in _columns)
            column.Clear();
        Streams.Clear();
        _texts.Clear();
        Attributes.Clear();
    }

    private static ByteWriter[] NewColumns(int count)
    {
        var columns = new ByteWriter[count];
        for (var i = 0; i < count; i++)
            columns[i] = new ByteWriter();
        return columns;
    }
}
