using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>What reading a block of spans needs beside the spans, kept by each thread and used again. Not thread-safe.</summary>
internal sealed class SpanBlockBuffer
{
    // A block has some 2 MiB at most; what one with larger texts took is given up again.
    private const int MostKeptBytes = 4 << 20;
    private const int MostKeptRows = 1 << 14;

    [ThreadStatic]
    private static SpanBlockBuffer? s_own;

    private readonly int[][] _numbers = new int[SpanBlock.Columns][];
    private byte[] _bytes = new byte[1 << 16];
    private int _length;
    private uint _decoded;
    private long[] _starts = [];
    private long[] _durations = [];
    private TraceId[] _traces = [];
    private SpanId[] _spans = [];
    private SpanId[] _parents = [];

    private SpanBlockBuffer() => Array.Fill(_numbers, []);

    public SectionPlace[] Places { get; } = new SectionPlace[SpanBlock.Columns];

    /// <summary>Where the bytes of a column stand here; -1: not read yet.</summary>
    public int[] ReadAt { get; } = new int[SpanBlock.Columns];

    /// <summary>Rows that are still wanted, ascending; as long as the block.</summary>
    public int[] Kept { get; private set; } = [];

    public List<Slice> Streams { get; } = [];

    public List<Slice> Texts { get; } = [];

    public SpanAttributeColumns Attributes { get; } = new();

    public static SpanBlockBuffer Take()
    {
        var own = s_own ?? new SpanBlockBuffer();
        s_own = null;
        own._length = 0;
        own._decoded = 0;
        own.ReadAt.AsSpan().Fill(-1);
        own.Streams.Clear();
        own.Texts.Clear();
        own.Attributes.Clear();
        return own;
    }

    public void Return()
    {
        if (_bytes.Length <= MostKeptBytes && Kept.Length <= MostKeptRows)
            s_own = this;
    }

    /// <summary>Makes all rows wanted.</summary>
    public void KeepAll(int rows)
    {
        Kept = Sized(Kept, rows);
        for (var i = 0; i < rows; i++)
            Kept[i] = i;
    }

    /// <summary>Room for that many bytes; earlier rooms keep their content.</summary>
    public int Reserve(int length)
    {
        if (_length + (long)length > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(_length + (long)length, _bytes.Length * 2L)));
        _length += length;
        return _length - length;
    }

    public Span<byte> Bytes(int at, int length) => _bytes.AsSpan(at, length);

    /// <summary>Whether a column has to be filled now; after that it counts as filled.</summary>
    public bool IsFirst(int column)
    {
        var isFirst = (_decoded & (1u << column)) == 0;
        _decoded |= 1u << column;
        return isFirst;
    }

    public Span<int> Numbers(int column, int rows) => (_numbers[column] = Sized(_numbers[column], rows)).AsSpan(0, rows);

    public Span<long> Starts(int rows) => (_starts = Sized(_starts, rows)).AsSpan(0, rows);

    public Span<long> Durations(int rows) => (_durations = Sized(_durations, rows)).AsSpan(0, rows);

    public Span<TraceId> Traces(int rows) => (_traces = Sized(_traces, rows)).AsSpan(0, rows);

    public Span<SpanId> Spans(int rows) => (_spans = Sized(_spans, rows)).AsSpan(0, rows);

    public Span<SpanId> Parents(int rows) => (_parents = Sized(_parents, rows)).AsSpan(0, rows);

    private static T[] Sized<T>(T[] items, int rows) => items.Length >= rows ? items : new T[Math.Max(rows, 1024)];
}
