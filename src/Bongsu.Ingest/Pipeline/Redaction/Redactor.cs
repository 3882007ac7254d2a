using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>Redacts values where they stand in a batch. Not thread-safe: one for each batch that is being worked on.</summary>
internal sealed class Redactor(RedactionRules rules)
{
    private readonly TextRedactor _text = new(rules);
    private readonly ByteBuffer _clean = new();
    private readonly ByteBuffer _nested = new();
    private readonly LabelBuffer _labels = new();

    public void TakeCounts(IngestCounters counters)
    {
        for (var i = 0; i < _text.Counts.Length; i++)
        {
            if (_text.Counts[i] > 0)
                counters.Redacted(FindingNames.Name((Finding)i), _text.Counts[i]);
        }
        _text.Counts.Clear();
    }

    /// <summary>All rows: attributes of resources, scopes, records, events and links.</summary>
    public void Attributes(AttributeTable table)
    {
        var values = table.Values.Mutable;
        for (var row = 0; row < values.Length; row++)
        {
            var key = table.Key(row);
            var finding = rules.OfKey(key);
            // Of maps by user or address the key is what it is about.
            if (key.Contains((byte)'@'))
                table.Keys[row] = Text(table.Keys[row], table.Arena);
            if (finding == Finding.None)
            {
                Value(ref values[row], table.Arena);
                continue;
            }
            _text.Count(finding);
            values[row] = AttributeValue.OfString(table.Arena.Append(rules.Replacement(finding)));
        }
    }

    public void Scopes(Column<Scope> scopes, ByteArena arena)
    {
        foreach (ref var scope in scopes.Mutable)
            scope = scope with { Name = Text(scope.Name, arena), Version = Text(scope.Version, arena) };
    }

    public void Value(ref AttributeValue value, ByteArena arena)
    {
        switch (value.Kind)
        {
            case AttributeKind.String:
                value = value with { Payload = Text(value.Payload, arena) };
                break;
            case AttributeKind.Array or AttributeKind.Map:
                _nested.Clear();
                var edit = new RedactEdit(_text, rules, _clean);
                AnyValueWalk.RewriteNested(arena.Get(value.Payload), value.Kind == AttributeKind.Map, new ProtoWriter(_nested), ref edit);
                if (edit.IsChanged)
                    value = value with { Payload = arena.Append(_nested.Span) };
                break;
        }
    }

    public Slice Text(Slice text, ByteArena arena) => !text.IsEmpty && _text.TryRedact(arena.Get(text), _clean) ? arena.Append(_clean.Span) : text;

    /// <summary>The labels of a series or stream with secret values replaced; false when they are clean.</summary>
    public bool TryLabels(ReadOnlySpan<byte> canonical, out ReadOnlySpan<byte> clean)
    {
        clean = default;
        var changed = false;
        _labels.Clear();
        var labels = new LabelReader(canonical);
        while (labels.MoveNext())
        {
            if (IsStructural(labels.Name))
            {
                _labels.Add(labels.Name, labels.Value);
                continue;
            }
            var finding = rules.OfKey(labels.Name);
            if (finding != Finding.None)
                _text.Count(finding);
            var replaced = finding == Finding.None && _text.TryRedact(labels.Value, _clean);
            changed |= replaced || finding != Finding.None;
            _labels.Add(labels.Name, finding != Finding.None ? rules.Replacement(finding) : replaced ? _clean.Span : labels.Value);
        }
        return changed && _labels.Canonical(out clean);
    }

    // What a series is called and measured by, and where it leads: never a secret, and useless when changed.
    private static bool IsStructural(ReadOnlySpan<byte> name) => name.SequenceEqual("__name__"u8) || name.SequenceEqual("le"u8) || name.SequenceEqual("quantile"u8)
        || name.SequenceEqual("trace_id"u8) || name.SequenceEqual("span_id"u8);
}
