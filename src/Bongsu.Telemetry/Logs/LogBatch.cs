using Bongsu.Telemetry.Events;

namespace Bongsu.Telemetry.Logs;

/// <summary>One log record of a <see cref="LogBatch"/>. Times in ns since the epoch.</summary>
public struct LogRecord
{
    /// <summary>Index into <see cref="LogBatch.Streams"/>.</summary>
    public int Stream;
    /// <summary>Index into <see cref="LogBatch.Resources"/>, or -1.</summary>
    public int Resource;
    /// <summary>Index into <see cref="LogBatch.Scopes"/>, or -1.</summary>
    public int Scope;
    public long TimeUnixNano;
    /// <summary>When a collector saw it; 0 when unknown.</summary>
    public long ObservedTimeUnixNano;
    /// <summary>OTLP severity 1..24; 0 when unknown.</summary>
    public byte SeverityNumber;
    public Slice SeverityText;
    /// <summary>The line. A structured body keeps its kind (Map or Array).</summary>
    public AttributeValue Body;
    public Slice EventName;
    public TraceId TraceId;
    public SpanId SpanId;
    public uint Flags;
    public int DroppedAttributes;
    /// <summary>Fields of the record alone; those of its resource and scope stand there. Loki's structured metadata.</summary>
    public AttributeRange Attributes;
    /// <summary>Refused by a stage; stores skip it.</summary>
    public bool IsDropped;
    /// <summary>Dropped by sampling: not stored, but counted in what is derived from logs.</summary>
    public bool IsSampledOut;
    /// <summary>One more than the first of the record's values in <see cref="LogBatch.FieldValues"/>; 0: the body is there instead.</summary>
    public int FieldsAt;
}

/// <summary>
/// Log records in columns and one arena, on their way in (decoder to store) and out (store to query) alike. A stream is a label set in canonical
/// bytes (see <see cref="Labels.LabelSet"/>): for OTLP made of service_name, deployment_environment_name and level; for Loki push as sent. Not thread-safe;
/// reusable through <see cref="Clear"/>.
/// </summary>
public sealed class LogBatch
{
    public LogBatch() => Attributes = new AttributeTable(Arena);

    public ByteArena Arena { get; } = new();
    public AttributeTable Attributes { get; }
    public Column<Slice> Streams { get; } = new();
    public Column<Resource> Resources { get; } = new();
    public Column<Scope> Scopes { get; } = new();
    public Column<LogRecord> Records { get; } = new();

    /// <summary>Values of the fields that a selection named (see <see cref="LogSelect.OnlyFields"/>), in its order, for each record that has them.</summary>
    public Column<Slice> FieldValues { get; } = new();

    /// <summary>Fields of each record that has some.</summary>
    public int FieldCount { get; set; }

    public int Count => Records.Count;

    public ReadOnlySpan<byte> StreamLabels(int stream) => Arena.Get(Streams[stream]);

    /// <summary>Whether the record comes with fields in place of its body: the stored body was one JSON object, and these are its values.</summary>
    public bool HasFields(int record) => Records.Span[record].FieldsAt > 0;

    /// <summary>The value of the field that a selection named at an index, unescaped; false when the body has no such field or it is null, a list or an object.</summary>
    public bool TryField(int record, int index, out ReadOnlySpan<byte> value)
    {
        var slice = FieldValues.Span[Records.Span[record].FieldsAt - 1 + index];
        value = slice.Length < 0 ? default : Arena.Get(slice);
        return slice.Length >= 0;
    }

    /// <summary>The body as text, structured bodies as JSON.</summary>
    public string BodyText(int record) => AnyValueWire.ToText(Records[record].Body, Arena);

    public void Clear()
    {
        Arena.Clear();
        Attributes.Clear();
        Streams.Clear();
        Resources.Clear();
        Scopes.Clear();
        Records.Clear();
        FieldValues.Clear();
        FieldCount = 0;
    }
}
