using Bongsu.Ingest.Decode;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Ingest.Receive;

/// <summary>Why a request is not answered with success, as an HTTP status; protocols translate it.</summary>
internal sealed record RequestFailure(int Status, string Message, int RetryAfterSeconds = 0)
{
    // Long enough for a memory budget to drain or a block to be dropped, short enough not to be felt.
    private const int ShortWait = 1;
    private const int LongWait = 5;

    public static RequestFailure Of(DecodeFailure failure) =>
        new(failure.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, failure.Message);

    public static RequestFailure TooLarge(string what, long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"{what} is over the limit of {limit} bytes; send smaller batches");

    public static RequestFailure Busy(long limit) =>
        new(StatusCodes.Status503ServiceUnavailable, $"requests in flight hold {limit} bytes, which is the limit; send again", ShortWait);

    public static RequestFailure UnsupportedType(string message) => new(StatusCodes.Status415UnsupportedMediaType, message);

    public static RequestFailure Bad(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>
    /// The answer to a request of which nothing could be kept for now. Of a daily budget it says how long that is: a sender that would wait so long gives up at
    /// once, and what it has from other services is not held up.
    /// </summary>
    public static RequestFailure Full(IngestOutcome outcome) => outcome.IsStoreFull
        ? new(StatusCodes.Status503ServiceUnavailable, outcome.Reasons(), LongWait)
        : new(StatusCodes.Status429TooManyRequests, outcome.Reasons(), Math.Max(LongWait, outcome.RetryAfterSeconds));
}
