using System.Text;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>What stands at the beginning of a sealed block of log records: its dictionaries, its JSON templates, and where its columns are. Any bytes give a head or a refusal, never an exception.</summary>
internal sealed class LogBlockHead(LogBatch batch)
{
    // Of the second version, which names no times.
    private const long Unknown = long.MinValue;

    public int Rows { get; private set; }

    /// <summary>Whether <see cref="MinTimeNanos"/> and <see cref="MaxTimeNanos"/> are known.</summary>
    public bool HasTimes => MinTimeNanos != Unknown;

    public long MinTimeNanos { get; private set; } = Unknown;
    public long MaxTimeNanos { get; private set; }

    /// <summary>The shared texts: severities, names of events.</summary>
    public List<Slice> Texts { get; } = [];

    public BlockPart[] Numbers { get; } = new BlockPart[LogBlock.Columns];
    public (int Count, BlockPart Values) Traces { get; private set; }
    public (int Count, BlockPart Values) Spans { get; private set; }
    public (int Count, BlockPart Values) Bodies { get; private set; }
    public List<BlockColumn> Json { get; } = [];
    public List<string> JsonNames { get; } = [];
    public List<JsonTemplate> Templates { get; } = [];

    /// <summary>Columns of the fields of records, and by shape which of them a record has.</summary>
    public List<BlockColumn> Attributes { get; } = [];
    public List<Slice> AttributeKeys { get; } = [];
    public List<int[]> Shapes { get; } = [];

    /// <summary>Of the second version, the fields of records as a whole.</summary>
    public BlockPart? SecondAttributes { get; private set; }

    /// <summary>Reads the head; false when it is damaged, or no block of log records in columns.</summary>
    public bool TryRead(BlockBytes block)
    {
        if (block.Begin() is not { Count: > 0 } first)
            return false;
        if (first[0] == LogBlock.Version)
            return BlockPartWriter.TryReadHead(block, out var head) && TryRead(head);
        return first[0] == LogBlock.SecondVersion && block.TryReadAll(out var all) && TryReadSecond(all);
    }

    private bool TryRead(ArraySegment<byte> head)
    {
        var reader = new ByteReader(head);
        Rows = reader.ReadInt(BlockDecoder.MaxRows);
        MinTimeNanos = reader.ReadZigZag();
        MaxTimeNanos = MinTimeNanos + (long)reader.ReadVarint();
        if (Section.Read(ref reader) is not { } dictionaries || !TryReadDictionaries(dictionaries))
            return false;
        var next = BlockPartWriter.PrefixSize + head.Count;
        for (var i = 0; i < Numbers.Length; i++)
            Numbers[i] = BlockPartWriter.ReadPlace(ref reader, ref next);
        Traces = ReadTexts(ref reader, ref next);
        Spans = ReadTexts(ref reader, ref next);
        Bodies = ReadTexts(ref reader, ref next);
        if (Section.Read(ref reader) is not { } directory || !TryReadDirectory(directory))
            return false;
        for (var i = 0; i < Json.Count && !reader.Failed; i++)
            Json[i] = BlockPartWriter.ReadColumn(ref reader, Json[i].Kind, ref next);
        if (Section.Read(ref reader) is not { } attributes || !TryReadShapes(attributes))
            return false;
        for (var i = 0; i < Attributes.Count && !reader.Failed; i++)
            Attributes[i] = BlockPartWriter.ReadColumn(ref reader, Attributes[i].Kind, ref next);
        return !reader.Failed;
    }

    private bool TryReadShapes(byte[] directory)
    {
        var reader = new ByteReader(directory);
        var columns = reader.ReadCount();
        for (var i = 0; i < columns; i++)
        {
            if (!LogAttributesEncoder.TryReadName(reader.ReadText(), out var kind, out var key))
                return false;
            Attributes.Add(new BlockColumn((byte)kind, 0, 0, 0, default));
            AttributeKeys.Add(batch.Arena.Append(key));
        }
        var shapes = reader.ReadCount();
        var isSeen = new bool[columns];
        for (var i = 0; i < shapes; i++)
        {
            var bytes = new ByteReader(reader.ReadText());
            var shape = new List<int>();
            while (bytes.Remaining > 0 && !bytes.Failed)
                shape.Add(bytes.ReadInt(Math.Max(0, columns - 1)));
            Shapes.Add([.. shape]);
            if (bytes.Failed || !AreDistinct(Shapes[i], isSeen))
                return false;
        }
        return !reader.Failed;
    }

    private static (int, BlockPart) ReadTexts(ref ByteReader reader, ref int next)
    {
        var count = reader.ReadInt(BlockDecoder.MaxRows);
        return (count, count == 0 ? default : BlockPartWriter.ReadPlace(ref reader, ref next));
    }

    // Parts without checksums and without a head: the block is read as a whole.
    private bool TryReadSecond(ArraySegment<byte> block)
    {
        var reader = new ByteReader(block);
        reader.ReadByte();
        Rows = reader.ReadInt(BlockDecoder.MaxRows);
        if (Section.Read(ref reader) is not { } dictionaries || !TryReadDictionaries(dictionaries))
            return false;
        for (var i = 0; i < Numbers.Length; i++)
            Numbers[i] = ReadSecond(ref reader);
        Traces = ReadSecondTexts(ref reader);
        Spans = ReadSecondTexts(ref reader);
        Bodies = ReadSecondTexts(ref reader);
        if (Section.Read(ref reader) is not { } directory || !TryReadDirectory(directory))
            return false;
        for (var i = 0; i < Json.Count && !reader.Failed; i++)
        {
            var part = ReadSecond(ref reader);
            var content = new ByteReader(block.AsSpan(part.At, part.Length));
            var (count, longest) = (content.ReadInt(BlockDecoder.MaxRows), content.ReadInt());
            var form = content.Remaining > 0 ? content.Rest[0] : (byte)0;
            Json[i] = new BlockColumn(Json[i].Kind, count, longest, form, part with { At = part.At + content.Position, Length = content.Remaining });
        }
        SecondAttributes = new BlockPart(reader.Position, reader.Remaining, 0, IsChecked: true);
        return !reader.Failed;
    }

    private static BlockPart ReadSecond(ref ByteReader reader)
    {
        var length = reader.ReadText().Length;
        return new BlockPart(reader.Position - length, length, 0, IsChecked: true);
    }

    private static (int, BlockPart) ReadSecondTexts(ref ByteReader reader)
    {
        var part = new ByteReader(reader.ReadText());
        var count = part.ReadInt(BlockDecoder.MaxRows);
        return (count, new BlockPart(reader.Position - part.Remaining, part.Remaining, 0, IsChecked: true));
    }

    private bool TryReadDictionaries(byte[] dictionaries)
    {
        var reader = new ByteReader(dictionaries);
        var streams = reader.ReadCount();
        for (var i = 0; i < streams; i++)
        {
            var labels = reader.ReadText();
            if (!LabelReader.IsCanonical(labels))
                return false;
            batch.Streams.Add(batch.Arena.Append(labels));
        }
        var count = reader.ReadCount(2);
        for (var i = 0; i < count; i++)
            batch.Resources.Add(AttributeBytes.ReadResource(ref reader, batch.Attributes));
        count = reader.ReadCount(4);
        for (var i = 0; i < count; i++)
            batch.Scopes.Add(AttributeBytes.ReadScope(ref reader, batch.Attributes));
        var texts = reader.ReadCount();
        for (var i = 0; i < texts; i++)
            Texts.Add(batch.Arena.Append(reader.ReadText()));
        return !reader.Failed;
    }

    private bool TryReadDirectory(byte[] directory)
    {
        var reader = new ByteReader(directory);
        var columns = reader.ReadCount(2);
        for (var i = 0; i < columns; i++)
        {
            Json.Add(new BlockColumn(reader.ReadByte(), 0, 0, 0, default));
            JsonNames.Add(Encoding.ASCII.GetString(reader.ReadText()));
        }
        var templates = reader.ReadCount(2);
        var isSeen = new bool[columns];
        for (var i = 0; i < templates; i++)
        {
            var bytes = reader.ReadText();
            var holes = new int[reader.ReadCount()];
            for (var hole = 0; hole < holes.Length; hole++)
                holes[hole] = reader.ReadInt(Math.Max(0, columns - 1));
            if (reader.Failed || !AreDistinct(holes, isSeen) || JsonTemplate.Of(bytes, holes) is not { } template)
                return false;
            Templates.Add(template);
        }
        return !reader.Failed;
    }

    // A column twice in one line would give one row two values of it.
    private static bool AreDistinct(int[] holes, bool[] isSeen)
    {
        if (holes.Length > isSeen.Length)
            return false;
        Array.Clear(isSeen);
        foreach (var column in holes)
        {
            if (isSeen[column])
                return false;
            isSeen[column] = true;
        }
        return true;
    }
}
