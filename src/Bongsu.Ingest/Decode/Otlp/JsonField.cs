using System.Text;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>How a field of an OTLP message is written in JSON, and thus how it becomes protobuf.</summary>
internal enum JsonKind : byte
{
    Text,
    /// <summary>Hex in OTLP/JSON; base64, the general rule of protobuf's JSON, is taken too.</summary>
    Id,
    Bytes,
    Bool,
    /// <summary>int32, int64, uint32: a varint.</summary>
    Integer,
    /// <summary>sint32: a zigzag varint.</summary>
    Signed,
    Fixed64,
    Fixed32,
    Double,
    Enum,
    Message,
    /// <summary>A packed list of fixed64.</summary>
    Fixed64List,
    DoubleList,
    IntegerList,
}

/// <summary>One field of an OTLP message: its two spellings in JSON and its number in protobuf. Immutable.</summary>
internal sealed class JsonField(string camel, int number, JsonKind kind, bool repeated = false, JsonMessage? message = null, string enumPrefix = "")
{
    private readonly byte[] _camel = Encoding.UTF8.GetBytes(camel);
    private readonly byte[] _snake = Encoding.UTF8.GetBytes(string.Concat(camel.Select(c => char.IsAsciiLetterUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString())));

    public string Name { get; } = camel;
    public int Number { get; } = number;
    public JsonKind Kind { get; } = kind;
    public bool IsRepeated { get; } = repeated;
    public JsonMessage? Message { get; } = message;

    /// <summary>What the names of an enum begin with, for example <c>SPAN_KIND_</c>.</summary>
    public string EnumPrefix { get; } = enumPrefix;

    public bool IsNamed(ReadOnlySpan<byte> name) => name.SequenceEqual(_camel) || name.SequenceEqual(_snake);
}
