namespace Bongsu.Ingest.Decode;

/// <summary>Why a whole request cannot be read: nothing of it is stored. The text names place, limit and fix for the sender.</summary>
/// <param name="Message">One sentence for the sender.</param>
/// <param name="IsTooLarge">A limit on size was met (413 rather than 400).</param>
internal sealed record DecodeFailure(string Message, bool IsTooLarge = false);
