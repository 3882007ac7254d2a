using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bongsu.Response.Configuration;

/// <summary>Writes an enum as its camelCase word whatever options the serialiser runs with.</summary>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
