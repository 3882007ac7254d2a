namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>What a request of JSON lines says of all its lines.</summary>
/// <param name="Service">The service of lines that name none; empty: unknown.</param>
/// <param name="Environment">Likewise.</param>
/// <param name="IsBodyMessage">The body of a record is its message alone and the other fields stand beside it; otherwise it is the line.</param>
internal sealed record JsonLinesOptions(byte[] Service, byte[] Environment, bool IsBodyMessage);
