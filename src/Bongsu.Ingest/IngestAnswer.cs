using Bongsu.Ingest.Decode;

namespace Bongsu.Ingest;

/// <summary>Either the request could not be read and nothing of it is stored, or there is an outcome.</summary>
internal readonly record struct IngestAnswer(DecodeFailure? Failure, IngestOutcome? Outcome);
