namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>What a JSON value is.</summary>
internal enum JsonKind : byte
{
    Null,
    String,
    Number,
    True,
    False,
    Object,
    Array,
}
