using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>What lint must know of the fields of one log record, found in one walk over its attributes and its JSON. Points into the batch.</summary>
internal ref struct LogFields
{
    // What is looked for stands at the beginning; a line of a megabyte costs no more than one of this size.
    private const int MaxJsonBytes = 16 * IngestLimits.KiB;

    private readonly ServiceLint _found;

    public LogFields(LogBatch batch, in LogRecord record, ServiceLint found)
    {
        _found = found;
        HasTrace = !record.TraceId.IsEmpty;
        var table = batch.Attributes;
        for (var row = record.Attributes.Start; row < record.Attributes.Start + record.Attributes.Count; row++)
        {
            var isText = table.Values[row].Kind == AttributeKind.String;
            Field(table.Key(row), isText ? table.Arena.Get(table.Values[row].Payload) : default);
        }
        HasFields = record.Attributes.Count > 0 || record.Body.Kind != AttributeKind.String;
        if (record.Body.Kind != AttributeKind.String)
            return;
        var text = batch.Arena.Get(record.Body.Payload).TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != '{')
            return;
        HasFields = true;
        var members = new JsonMembers(text.Length <= MaxJsonBytes ? text : text[..MaxJsonBytes]);
        while (members.Read())
            Field(members.Key, members.Text);
    }

    public bool HasTrace { get; private set; }

    public bool HasFields { get; }

    /// <summary>The level that the record gives itself, or empty.</summary>
    public ReadOnlySpan<byte> Level { get; private set; }

    /// <summary>The first field that held a secret, or empty.</summary>
    public ReadOnlySpan<byte> SecretKey { get; private set; }

    private void Field(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        HasTrace |= TraceKey.Is(key);
        if (Level.IsEmpty && (key.SequenceEqual("level"u8) || key.SequenceEqual("Level"u8) || key.SequenceEqual("severity"u8) || key.SequenceEqual("@l"u8)))
            Level = text;
        if (!LintStage.IsRedacted(text))
            return;
        _found.AddKey(LintRule.SecretInAttribute, key);
        if (SecretKey.IsEmpty)
            SecretKey = key;
    }
}
