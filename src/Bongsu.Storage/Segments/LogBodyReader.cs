using System.Text.Json;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Gives rows of a block their bodies: lines as they came, built anew from template and columns; or only the fields that a selection named.</summary>
internal readonly ref struct LogBodyReader(in LogBlockReader block, IReadOnlyList<string>? onlyFields, NumberView times, bool withKeys)
{
    private const int FewLines = 16;
    private const int MaxReservedBytes = 8 << 20;

    private readonly ReadOnlySpan<byte> _block = block.Block;
    private readonly LogBatch _batch = block.Batch;
    private readonly JsonColumns _json = block.Json;
    private readonly int[] _templates = block.Templates;
    private readonly FieldColumn? _bodies = block.Bodies;
    private readonly ByteWriter _text = new(512);
    // By template the columns to draw from, with the column itself and the rank of each row in it.
    private readonly (FieldColumn Values, int[]? Ranks, byte Kind)[]?[] _sources = new (FieldColumn, int[]?, byte)[]?[block.Json.TemplateCount + 1];
    // The lines themselves, of rows that have to be told from others of their time.
    private readonly (FieldColumn Values, int[]? Ranks, byte Kind)[]?[] _lines = onlyFields is null ? [] : new (FieldColumn, int[]?, byte)[]?[block.Json.TemplateCount + 1];
    private readonly int[] _lineRanks = block.Bodies is null ? [] : LineRanks(block.Templates);

    /// <summary>Reads the columns that the rows need; false when one is damaged.</summary>
    public bool TryPrepare(ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
        {
            var template = _templates[row];
            if (template == 0)
                continue;
            if (_sources[template] is null && !TryPrepare(template, onlyFields, _sources))
                return false;
            if (onlyFields is not null && NeedsKey(row) && _lines[template] is null && !TryPrepare(template, null, _lines))
                return false;
        }
        if (onlyFields is null)
            ReserveLines(rows);
        return true;
    }

    // As if all were about as long as the first: an arena that grows step by step is copied as often.
    private void ReserveLines(ReadOnlySpan<int> rows)
    {
        if (rows.Length <= FewLines)
            return;
        _text.Clear();
        Append(rows[0], _text);
        _batch.Arena.Reserve((int)Math.Min(MaxReservedBytes, rows.Length * (_text.Length * 9L / 8)));
    }

    public void Read(int row, ref LogRecord record)
    {
        var template = _templates[row];
        if (template == 0)
        {
            _text.Clear();
            _bodies!.Append(_lineRanks[row], _text);
            record.Body = record.Body with { Payload = _batch.Arena.Append(_text.Written) };
        }
        else if (onlyFields is null)
            record.Body = record.Body with { Payload = Line(row, template) };
        else
            ReadFields(row, template, ref record);
    }

    /// <summary>Appends the line of a row.</summary>
    public void Append(int row, ByteWriter into)
    {
        var template = _templates[row];
        if (template == 0)
        {
            _bodies!.Append(_lineRanks[row], into);
            return;
        }
        var pieces = _json.Template(template);
        var sources = (onlyFields is null ? _sources : _lines)[template]!;
        for (var i = 0; i < sources.Length; i++)
        {
            into.PutBytes(pieces.Piece(i));
            sources[i].Values.Append(sources[i].Ranks is { } ranks ? ranks[row] : row, into);
        }
        into.PutBytes(pieces.Piece(sources.Length));
    }

    private static int[] LineRanks(int[] templates)
    {
        var ranks = new int[templates.Length];
        var count = 0;
        for (var row = 0; row < ranks.Length; row++)
        {
            ranks[row] = count;
            count += templates[row] == 0 ? 1 : 0;
        }
        return ranks;
    }

    private bool NeedsKey(int row) => withKeys || (row > 0 && times[row - 1] == times[row]) || (row + 1 < _templates.Length && times[row + 1] == times[row]);

    private bool TryPrepare(int number, IReadOnlyList<string>? fields, (FieldColumn, int[]?, byte)[]?[] into)
    {
        var template = _json.Template(number);
        var sources = new (FieldColumn, int[]?, byte)[fields?.Count ?? template.Columns.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            var column = fields is null ? template.Columns[i] : _json.Find(template, fields[i]);
            if (column < 0)
                continue;
            if (_json.Column(column, _block) is not { } values)
                return false;
            sources[i] = (values, _json.Ranks(column), _json.Kind(column));
        }
        into[number] = sources;
        return true;
    }

    private Slice Line(int row, int template)
    {
        _text.Clear();
        Append(row, _text);
        return _batch.Arena.Append(_text.Written);
    }

    private void ReadFields(int row, int template, ref LogRecord record)
    {
        record.FieldsAt = _batch.FieldValues.Count + 1;
        _batch.FieldCount = onlyFields!.Count;
        record.Body = default;
        if (NeedsKey(row))
        {
            _text.Clear();
            Append(row, _text);
            record.Body = new AttributeValue(AttributeKind.Null, (long)EventKey.BodyHash(_text.Written), default);
        }
        foreach (var (values, ranks, kind) in _sources[template]!)
        {
            _text.Clear();
            values?.Append(ranks is null ? row : ranks[row], _text);
            _batch.FieldValues.Add(values is null || (kind == JsonLine.LiteralHole && _text.Written.SequenceEqual("null"u8)) ? new Slice(0, -1) : _batch.Arena.Append(Unescaped()));
        }
    }

    private ReadOnlySpan<byte> Unescaped()
    {
        if (!_text.Written.Contains((byte)'\\'))
            return _text.Written;
        byte[] quoted = [(byte)'"', .. _text.Written, (byte)'"'];
        var reader = new Utf8JsonReader(quoted);
        try
        {
            reader.Read();
            return quoted.AsSpan(0, reader.CopyString(quoted));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text.
            return default;
        }
    }
}
