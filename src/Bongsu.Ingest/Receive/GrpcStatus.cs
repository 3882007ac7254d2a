namespace Bongsu.Ingest.Receive;

/// <summary>Status codes of gRPC (and of google.rpc.Status) that Bongsu answers with.</summary>
internal static class GrpcStatus
{
    public const int Ok = 0;
    public const int InvalidArgument = 3;
    public const int ResourceExhausted = 8;
    public const int Unimplemented = 12;
    public const int Internal = 13;
    public const int Unavailable = 14;

    public static int OfHttp(int status) => status switch
    {
        413 or 429 => ResourceExhausted,
        503 => Unavailable,
        415 => Unimplemented,
        >= 500 => Internal,
        _ => InvalidArgument,
    };
}
