from core.errors import DomainError


class VersionInForce(DomainError):
    code = "version_in_force"
    message = (
        "Phiên bản này đã có hiệu lực, không sửa hay bỏ được. Hãy thêm phiên bản mới từ một ngày sắp tới."
    )


class StartsTooEarly(DomainError):
    code = "starts_too_early"
    message = "Phiên bản mới phải bắt đầu sau hôm nay, và sau phiên bản đứng trước nó."


class AlreadyAVersion(DomainError):
    code = "already_a_version"
    message = "Quy định này đã có phiên bản bắt đầu ngày đó."
