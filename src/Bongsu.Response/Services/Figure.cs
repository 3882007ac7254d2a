namespace Bongsu.Response.Services;

/// <summary>A number and the instant query (at the end of the time looked at) that gives it; null when there is no data, never 0.</summary>
public sealed record Figure(double? Value, string Query)
{
    public static readonly Figure None = new(null, "");
}
