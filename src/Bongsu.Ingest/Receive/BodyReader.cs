using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Bongsu.Ingest.Decode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bongsu.Ingest.Receive;

/// <summary>Reads request bodies into pooled memory and unpacks them, under the limits of one request and of all. Thread-safe.</summary>
internal sealed class BodyReader(IngestLimits limits, InflightBytes budget)
{
    private const int GzipTrailerBytes = 8;

    // Deflate makes at most so much of a byte.
    private const int MaxDeflateRatio = 1032;
    private const int FirstShareBytes = 64 * IngestLimits.KiB;

    // From a first share to a large body in two steps: each step leaves an array behind.
    private const int BelievedTimes = 16;

    /// <summary>The body as sent. The caller disposes of the buffer; it is null when there is a failure.</summary>
    public async ValueTask<(PooledBuffer? Body, RequestFailure? Failure)> ReadAsync(HttpContext context, int framingBytes, CancellationToken cancellationToken)
    {
        var limit = limits.BodyBytes + framingBytes;
        var size = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        // Why none: the limit stands below. The server would break the connection off at its own, and the sender, still sending, would see no answer but that and try again.
        if (size is { IsReadOnly: false })
            size.MaxRequestBodySize = null;
        if (context.Request.ContentLength > limit)
            return (null, RequestFailure.TooLarge($"body of {context.Request.ContentLength} bytes", limits.BodyBytes));
        var body = new PooledBuffer(budget);
        var failure = await FillAsync(body, context.Request, limit, cancellationToken);
        if (failure is null)
            return (body, null);
        body.Dispose();
        return (null, failure);
    }

    /// <summary>Unpacks gzip after <paramref name="skip"/> bytes of framing, stopping at the limit on inflated bytes. Disposes of the packed body.</summary>
    public (PooledBuffer? Body, RequestFailure? Failure) Gunzip(PooledBuffer packed, int skip = 0)
    {
        var body = new PooledBuffer(budget);
        RequestFailure? failure;
        using (packed)
            failure = Inflate(packed.Memory[skip..], body);
        if (failure is null)
            return (body, null);
        body.Dispose();
        return (null, failure);
    }

    /// <summary>Unpacks a Snappy block; the length it claims is checked before any memory is taken. Disposes of the packed body.</summary>
    public (PooledBuffer? Body, RequestFailure? Failure) Unsnappy(PooledBuffer packed)
    {
        using var owned = packed;
        if (!Snappy.TryReadLength(packed.Span, out var length, out _))
            return (null, RequestFailure.Bad("malformed snappy: the block does not begin with its length"));
        if (length > limits.InflatedBytes)
            return (null, RequestFailure.TooLarge($"body of {length} bytes after decompression", limits.InflatedBytes));
        var body = new PooledBuffer(budget);
        RequestFailure? failure = null;
        if (!body.TryReserve((int)length))
            failure = RequestFailure.Busy(budget.Limit);
        else if (!Snappy.TryDecode(packed.Span, body.Room.Span[..(int)length], out var at))
            failure = RequestFailure.Bad($"malformed snappy: broken at byte {at} of {packed.Length}");
        if (failure is null)
        {
            body.Commit((int)length);
            return (body, null);
        }
        body.Dispose();
        return (null, failure);
    }

    private async ValueTask<RequestFailure?> FillAsync(PooledBuffer body, HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        // Why: a length is a claim. Memory beyond a first share is taken as bytes come, so that silent senders cannot use up the budget of all.
        var claimed = Math.Min(request.ContentLength ?? 0, limit);
        if (claimed > 0 && !body.TryReserve((int)Math.Min(claimed, FirstShareBytes) + 1))
            return RequestFailure.Busy(budget.Limit);
        try
        {
            while (true)
            {
                if (body.Room.IsEmpty && claimed > body.Length && !body.TryReserve((int)Math.Min(claimed, body.Length * (long)BelievedTimes) + 1))
                    return RequestFailure.Busy(budget.Limit);
                if (!body.TryGrow(limit + 1))
                    return RequestFailure.Busy(budget.Limit);
                var read = await request.Body.ReadAsync(body.Room, cancellationToken);
                if (read == 0)
                    return null;
                body.Commit(read);
                if (body.Length > limit)
                    return RequestFailure.TooLarge("body", limits.BodyBytes);
            }
        }
        catch (BadHttpRequestException e)
        {
            return new RequestFailure(e.StatusCode, e.Message);
        }
    }

    private RequestFailure? Inflate(ReadOnlyMemory<byte> packed, PooledBuffer body)
    {
        // Why: the trailer says how much will come out, so what is too much costs nothing, and what is not needs no growing.
        var claimed = packed.Length > GzipTrailerBytes ? BinaryPrimitives.ReadUInt32LittleEndian(packed.Span[^4..]) : 0;
        if (claimed > limits.InflatedBytes && claimed / MaxDeflateRatio <= packed.Length)
            return RequestFailure.TooLarge($"body of {claimed} bytes after decompression", limits.InflatedBytes);
        if (!body.TryReserve((int)Math.Min(claimed, Math.Min((long)packed.Length * MaxDeflateRatio, limits.InflatedBytes)) + 1))
            return RequestFailure.Busy(budget.Limit);
        try
        {
            using var stream = new GZipStream(Wrap(packed), CompressionMode.Decompress);
            while (body.Length <= claimed && stream.Read(body.Room.Span) is > 0 and var read)
                body.Commit(read);
        }
        catch (InvalidDataException)
        {
            return RequestFailure.Bad($"malformed gzip: broken after {body.Length} bytes of output");
        }
        // The framework takes a stream that breaks off for complete.
        return packed.Length > GzipTrailerBytes && body.Length == claimed ? null
            : RequestFailure.Bad($"malformed gzip: cut short after {body.Length} bytes of output, or of several members; send one member");
    }

    private static MemoryStream Wrap(ReadOnlyMemory<byte> packed) =>
        MemoryMarshal.TryGetArray(packed, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(packed.ToArray());
}
