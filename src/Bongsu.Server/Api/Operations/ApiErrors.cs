namespace Bongsu.Server.Api.Operations;

/// <summary>Errors of /bongsu/v1: <c>{"error":{"code","message"}}</c>, with a code for programs and a sentence for people.</summary>
internal static class ApiErrors
{
    public static IResult BadRequest(string code, string message) => Of(StatusCodes.Status400BadRequest, code, message);

    public static IResult NotFound(string code, string message) => Of(StatusCodes.Status404NotFound, code, message);

    public static IResult Of(int status, string code, string message) => Results.Json(new { error = new { code, message } }, statusCode: status);
}
