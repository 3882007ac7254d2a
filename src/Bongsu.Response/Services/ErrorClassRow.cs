namespace Bongsu.Response.Services;

public sealed record ErrorClassRow(string ErrorType, Figure Rate);
