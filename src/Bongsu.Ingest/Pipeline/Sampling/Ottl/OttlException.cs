namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>A condition that cannot be read; caught by <see cref="OttlParser.TryParse"/>.</summary>
internal sealed class OttlException(int column, string message) : Exception($"at character {column}: {message}");
