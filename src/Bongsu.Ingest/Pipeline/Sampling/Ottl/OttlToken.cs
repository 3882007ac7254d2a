namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>One word of a condition.</summary>
/// <param name="Kind">i: name, n: number, s: text, otherwise the sign's first character; e: the end.</param>
/// <param name="Text">As written; of a text its content.</param>
/// <param name="Column">From 1.</param>
internal readonly record struct OttlToken(char Kind, string Text, int Column);
