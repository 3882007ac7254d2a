using Bongsu.Ingest.Decode.JsonLines;

namespace Bongsu.Ingest.Decode.Zipkin;

/// <summary>Where the members of one Zipkin span stand: they may come in any order, attributes and events are added in one. Texts with their escapes.</summary>
internal ref struct ZipkinFields
{
    public ReadOnlySpan<byte> TraceId { get; private set; }
    public ReadOnlySpan<byte> Id { get; private set; }
    public ReadOnlySpan<byte> ParentId { get; private set; }
    public ReadOnlySpan<byte> Kind { get; private set; }
    public ReadOnlySpan<byte> Name { get; private set; }
    public ReadOnlySpan<byte> Timestamp { get; private set; }
    public ReadOnlySpan<byte> Duration { get; private set; }
    public ReadOnlySpan<byte> LocalEndpoint { get; private set; }
    public ReadOnlySpan<byte> RemoteEndpoint { get; private set; }
    public ReadOnlySpan<byte> Tags { get; private set; }
    public ReadOnlySpan<byte> Annotations { get; private set; }

    /// <summary>The span has the id of the caller's: two services tell their halves of one.</summary>
    public bool IsShared { get; private set; }

    public static ZipkinFields Of(ReadOnlySpan<byte> span)
    {
        var fields = new ZipkinFields();
        var members = new JsonScanner(span);
        members.TryOpen((byte)'{');
        while (members.ReadMember())
        {
            if (members.Kind != JsonKind.Null)
                fields.Take(members.Key, members.Kind, members.Value);
        }
        return fields;
    }

    private void Take(ReadOnlySpan<byte> key, JsonKind kind, ReadOnlySpan<byte> value)
    {
        var isObject = kind == JsonKind.Object;
        if (kind == JsonKind.String && key.SequenceEqual("traceId"u8))
            TraceId = value;
        else if (kind == JsonKind.String && key.SequenceEqual("id"u8))
            Id = value;
        else if (kind == JsonKind.String && key.SequenceEqual("parentId"u8))
            ParentId = value;
        else if (kind == JsonKind.String && key.SequenceEqual("kind"u8))
            Kind = value;
        else if (kind == JsonKind.String && key.SequenceEqual("name"u8))
            Name = value;
        else if (key.SequenceEqual("timestamp"u8))
            Timestamp = value;
        else if (key.SequenceEqual("duration"u8))
            Duration = value;
        else if (isObject && key.SequenceEqual("localEndpoint"u8))
            LocalEndpoint = value;
        else if (isObject && key.SequenceEqual("remoteEndpoint"u8))
            RemoteEndpoint = value;
        else if (isObject && key.SequenceEqual("tags"u8))
            Tags = value;
        else if (kind == JsonKind.Array && key.SequenceEqual("annotations"u8))
            Annotations = value;
        else if (key.SequenceEqual("shared"u8))
            IsShared = kind == JsonKind.True;
    }
}
